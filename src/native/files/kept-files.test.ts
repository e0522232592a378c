import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../journey/image-order.ts';
import type { FileShelf, KeptFile } from './file-shelf.ts';
import { KeptFiles } from './kept-files.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);
const caller = (keyId: string): Caller => ({ keyId, keyName: keyId, projectId: 'proj', strict: false });
const [mine, other] = [caller('mine'), caller('other')];
const notAccessible = expect.objectContaining({ code: 'file_not_accessible' });
const usedUp = expect.objectContaining({ code: 'file_space_used_up' });

/** A shelf in memory; `bytes` holds everything that lies on it, `kept` what can be found again. */
class PlainShelf implements FileShelf {
  readonly bytes = new Map<string, Buffer>();
  readonly kept: KeptFile[] = [];
  /** What an append waits for. */
  gate: Promise<void> | undefined;
  /** What the next append, keeping or removal fails with, the first once its bytes are there. */
  failure: { readonly of: 'append' | 'keep' | 'remove'; readonly error: Error } | undefined;
  async append(storageId: string, pieces: readonly Buffer[]): Promise<void> {
    await this.gate;
    this.bytes.set(storageId, Buffer.concat([this.bytes.get(storageId) ?? Buffer.alloc(0), ...pieces]));
    this.#fail('append');
  }
  async keep(file: KeptFile): Promise<void> {
    await this.gate;
    this.#fail('keep');
    this.kept.push(file);
  }
  async read({ storageId }: KeptFile): Promise<Buffer | undefined> {
    return this.bytes.get(storageId);
  }
  async open(file: KeptFile): Promise<AsyncIterable<readonly Buffer[]> | undefined> {
    const bytes = await this.read(file);
    return (
      bytes &&
      (async function* () {
        yield [bytes];
      })()
    );
  }
  async remove(storageId: string): Promise<void> {
    this.#fail('remove');
    this.bytes.delete(storageId);
  }
  async all(): Promise<readonly KeptFile[]> {
    return this.kept;
  }
  #fail(of: 'append' | 'keep' | 'remove'): void {
    const { failure } = this;
    if (failure?.of !== of) return;
    this.failure = undefined;
    throw failure.error;
  }
}

let shelf: PlainShelf;
let files: KeptFiles;
let unremoved: (readonly [count: number, cause: unknown])[];

const opened = (): KeptFiles =>
  new KeptFiles({
    shelf,
    clock: { nowMs: () => Date.now() },
    maxFileBytes: 100,
    maxBytesPerKey: 250,
    onUnremoved: (count, cause) => unremoved.push([count, cause]),
    typeOf: (bytes) => (bytes.toString('latin1', 0, 3) === 'PIC' ? 'image/pic' : undefined),
  });

beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
  shelf = new PlainShelf();
  unremoved = [];
  files = opened();
});
afterEach(() => vi.useRealTimers());

interface Sent {
  readonly owner?: Caller;
  readonly name?: string;
  readonly mimeType?: string;
  readonly statedBytes?: number;
}

function start({ owner = mine, name, mimeType, statedBytes }: Sent = {}): Promise<string> {
  return files.start(owner, { name, displayName: 'shown', mimeType, statedBytes });
}

const nextSweep = () => vi.advanceTimersByTimeAsync(hourMs / 4);

function write(token: string, offset: number, text: string, isLast = true, by: Caller | undefined = mine) {
  return files.write(token, by, { offset, bytes: [Buffer.from(text)], isLast });
}

async function send(text: string, sent: Sent = {}): Promise<KeptFile> {
  const token = await start(sent);
  const file = await write(token, 0, text, true, sent.owner ?? mine);
  return file ?? expect.fail('it was the last part');
}

describe('a file that is sent in parts', () => {
  test('is there with its last byte, as it was sent and announced, for 48 hours', async () => {
    const token = await start({ name: 'files/my-file', mimeType: 'text/plain', statedBytes: 7 });
    expect(await write(token, 0, 'abc', false)).toBeUndefined();
    expect([files.receivedBytes(token, mine), files.roomOf(token, mine)]).toEqual([3, 97]);
    await expect(files.find(mine, 'my-file')).rejects.toEqual(notAccessible);
    const file = await write(token, 3, 'defg');
    expect(file).toEqual({
      storageId: expect.stringMatching(/^\w{24}$/) as string,
      keyId: 'mine',
      name: 'my-file',
      displayName: 'shown',
      mimeType: 'text/plain',
      sizeBytes: 7,
      sha256: createHash('sha256').update('abcdefg').digest('base64'),
      createdAtMs: startMs,
      expiresAtMs: startMs + 48 * hourMs,
    });
    expect(await files.find(mine, 'my-file')).toBe(file);
    expect((await files.read(file!)).toString()).toBe('abcdefg');
    expect(shelf.kept).toEqual([file]);
    expect(() => files.receivedBytes(token, mine)).toThrow(notAccessible);
  });

  test('goes on where it stopped and nowhere else; a part that was refused can be sent again', async () => {
    const token = await start();
    await write(token, 0, 'abc', false);
    for (const offset of [0, 2, 4])
      await expect(write(token, offset, 'x')).rejects.toMatchObject({ param: 'x-goog-upload-offset' });
    await expect(write(token, 3, 'x'.repeat(98))).rejects.toMatchObject({ code: 'body_too_large' });
    const file = await write(token, 3, 'x'.repeat(97));
    expect(file?.sizeBytes).toBe(100);
  });

  test('is received one part at a time', async () => {
    const token = await start();
    const { promise, resolve } = Promise.withResolvers<void>();
    shelf.gate = promise;
    const first = write(token, 0, 'abc', false);
    await expect(write(token, 0, 'abc')).rejects.toMatchObject({ param: 'upload_id' });
    resolve();
    await first;
    expect((await write(token, 3, 'd'))?.sizeBytes).toBe(4);
  });

  test('that is not as long as announced is not kept, and leaves nothing behind', async () => {
    for (const text of ['abcd', 'abcdef']) {
      const token = await start({ statedBytes: 5 });
      await expect(write(token, 0, text)).rejects.toMatchObject({
        param: 'x-goog-upload-header-content-length',
      });
      expect(() => files.receivedBytes(token, mine)).toThrow(notAccessible);
    }
    expect([shelf.bytes.size, shelf.kept.length, (await files.list(mine)).length]).toEqual([0, 0, 0]);
  });

  test('that was given up leaves nothing behind', async () => {
    const token = await start();
    await write(token, 0, 'abc', false);
    await files.cancel(token, mine);
    expect(shelf.bytes.size).toBe(0);
    expect(() => files.roomOf(token, mine)).toThrow(notAccessible);
  });
});

describe('a file that the store fails to keep', () => {
  test.each(['append', 'keep'] as const)(
    'while it should %s, is told of, leaves nothing behind and is begun anew, so that no byte is there twice',
    async (of) => {
      const token = await start({ name: 'again' });
      await write(token, 0, 'abc', false);
      shelf.failure = { of, error: new Error('the disk is full') };
      await expect(write(token, 3, 'def')).rejects.toThrow('the disk is full');
      expect([shelf.bytes.size, shelf.kept.length, (await files.list(mine)).length]).toEqual([0, 0, 0]);
      expect(() => files.receivedBytes(token, mine)).toThrow(notAccessible);
      const file = await send('abcdef', { name: 'again' });
      expect((await files.read(file)).toString()).toBe('abcdef');
    },
  );
});

test('of two uploads of one name that end at once, one is kept and the other told that the name is taken', async () => {
  const [first, second] = [await start({ name: 'same' }), await start({ name: 'same' })];
  await write(first, 0, 'abc', false);
  await write(second, 0, 'xyz', false);
  const { promise, resolve } = Promise.withResolvers<void>();
  shelf.gate = promise;
  const ends = Promise.allSettled([write(first, 3, ''), write(second, 3, '')]);
  resolve();
  const refused = expect.objectContaining({ code: 'file_exists' }) as unknown;
  expect(await ends).toEqual([
    { status: 'fulfilled', value: expect.objectContaining({ name: 'same' }) as unknown },
    { status: 'rejected', reason: refused },
  ]);
  expect([shelf.bytes.size, shelf.kept.length]).toEqual([1, 1]);
});

test('a file is not given up while a part of it is on its way', async () => {
  const token = await start();
  const { promise, resolve } = Promise.withResolvers<void>();
  shelf.gate = promise;
  const part = write(token, 0, 'abc', false);
  await expect(files.cancel(token, mine)).rejects.toMatchObject({ param: 'upload_id' });
  resolve();
  await part;
  await files.cancel(token, mine);
  expect(shelf.bytes.size).toBe(0);
});

describe('the type of a file', () => {
  test('is told by its first bytes where the caller does not say, however few came at first', async () => {
    expect((await send('PICture')).mimeType).toBe('image/pic');
    expect((await send('words')).mimeType).toBe('application/octet-stream');
    const token = await start();
    await write(token, 0, 'P', false);
    await write(token, 1, 'IC', false);
    expect((await write(token, 3, 'ture'))?.mimeType).toBe('image/pic');
  });
});

describe('the name of a file', () => {
  test.each(['a', 'a-b', '0', 'x'.repeat(100), 'files/own'])('%s is taken', async (name) => {
    expect((await send('x', { name })).name).toBe(name.replace('files/', ''));
  });

  test.each(['A', '-a', 'a-', 'a_b', 'a/b', '../a', 'a b', 'x'.repeat(101), 'files/files/a'])(
    '%s is none',
    async (name) => {
      await expect(start({ name })).rejects.toMatchObject({ code: 'invalid_value', param: 'file.name' });
    },
  );

  test('is made up where the caller gives none, and never the same', async () => {
    const names = [(await send('x')).name, (await send('x')).name, (await send('x', { name: '' })).name];
    for (const name of names) expect(name).toMatch(/^[a-z0-9]{16}$/);
    expect(new Set(names).size).toBe(3);
  });

  test("is an owner's once, also where two are on their way with it, and another owner's too", async () => {
    const [first, second] = [await start({ name: 'a' }), await start({ name: 'a' })];
    await write(first, 0, 'first');
    await expect(write(second, 0, 'second')).rejects.toMatchObject({ code: 'file_exists' });
    await expect(start({ name: 'a' })).rejects.toMatchObject({ code: 'file_exists', param: 'file.name' });
    expect((await files.read(await files.find(mine, 'a'))).toString()).toBe('first');
    expect(shelf.bytes.size).toBe(1);
    await send('other', { owner: other, name: 'a' });
    expect((await files.read(await files.find(other, 'a'))).toString()).toBe('other');
  });
});

describe('a file is its owner’s alone', () => {
  test('and so is its upload, whose address is enough where no key was sent', async () => {
    const token = await start();
    expect(token).toMatch(/^\w{48}$/);
    for (const wrong of [`${token}x`, ''])
      expect(() => files.roomOf(wrong, undefined)).toThrow(notAccessible);
    expect(() => files.roomOf(token, other)).toThrow(notAccessible);
    await expect(write(token, 0, 'x', true, other)).rejects.toEqual(notAccessible);
    await expect(files.cancel(token, other)).rejects.toEqual(notAccessible);
    const file = await files.write(token, undefined, { offset: 0, bytes: [Buffer.from('x')], isLast: true });
    expect(file?.keyId).toBe('mine');
    await expect(files.find(other, file!.name)).rejects.toEqual(notAccessible);
    await expect(files.remove(other, file!.name)).rejects.toEqual(notAccessible);
    expect(await files.list(other)).toEqual([]);
    expect(shelf.bytes.size).toBe(1);
  });

  test('the newest is listed first; one that was removed is gone with its bytes', async () => {
    for (const name of ['a', 'b', 'c']) await send('x', { name });
    await files.remove(mine, 'b');
    expect((await files.list(mine)).map(({ name }) => name)).toEqual(['c', 'a']);
    await expect(files.find(mine, 'b')).rejects.toEqual(notAccessible);
    expect(shelf.bytes.size).toBe(2);
  });

  test('one whose bytes are lost is not accessible either', async () => {
    const file = await send('x');
    shelf.bytes.clear();
    await expect(files.read(file)).rejects.toEqual(notAccessible);
    await expect(files.open(file)).rejects.toEqual(notAccessible);
  });

  test('those of an earlier process are found again', async () => {
    await send('x', { name: 'a' });
    files = opened();
    expect((await files.list(mine)).map(({ name }) => name)).toEqual(['a']);
    await expect(start({ name: 'a' })).rejects.toMatchObject({ code: 'file_exists' });
  });
});

describe('room', () => {
  test('no file is larger than allowed, and none is begun that says it would be', async () => {
    await expect(start({ statedBytes: 101 })).rejects.toMatchObject({ code: 'body_too_large' });
    expect((await send('x'.repeat(100), { statedBytes: 100 })).sizeBytes).toBe(100);
  });

  test('the files of a key take no more bytes than allowed, those on their way included, and others have their own', async () => {
    for (let count = 0; count < 2; count++) await send('x'.repeat(100));
    await expect(start({ statedBytes: 51 })).rejects.toEqual(usedUp);
    const token = await start({ statedBytes: 50 });
    await write(token, 0, 'x'.repeat(40), false);
    await expect(start({ statedBytes: 11 })).rejects.toEqual(usedUp);
    await expect(write(token, 40, 'x'.repeat(11), false)).rejects.toEqual(usedUp);
    expect((await write(token, 40, 'x'.repeat(10)))?.sizeBytes).toBe(50);
    await send('x'.repeat(100), { owner: other });
  });

  test('parts that are written at once share the room: what one is given no other gets, until that one has failed', async () => {
    const tokens = await Promise.all(Array.from({ length: 4 }, () => start()));
    const { promise, resolve } = Promise.withResolvers<void>();
    shelf.gate = promise;
    shelf.failure = { of: 'append', error: new Error('the disk is full') };
    const writes = Promise.allSettled(tokens.map((token) => write(token, 0, 'x'.repeat(100))));
    resolve();
    const states = (await writes).map(({ status }) => status);
    expect(states).toEqual(['rejected', 'fulfilled', 'rejected', 'rejected']);
    const spared = write(tokens[2]!, 0, 'x'.repeat(100));
    const refused = write(tokens[3]!, 0, 'x'.repeat(100));
    expect((await spared)?.sizeBytes).toBe(100);
    await expect(refused).rejects.toEqual(usedUp);
    expect(shelf.bytes.size).toBe(2);
  });

  test('files that are begun at once are counted one by one', async () => {
    for (let count = 0; count < 998; count++) await send('');
    const starts = await Promise.allSettled([start(), start(), start()]);
    expect(starts.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  test('a key has a thousand files at most, those on their way included', async () => {
    for (let count = 0; count < 998; count++) await send('');
    const [first, second] = [await start(), await start()];
    await expect(start()).rejects.toEqual(usedUp);
    await write(first, 0, 'x');
    await files.cancel(second, mine);
    await send('x');
    await expect(start()).rejects.toEqual(usedUp);
  });

  test('a thousand uploads are under way at most; one whose hour is over makes room and leaves nothing', async () => {
    const keys = Array.from({ length: 1000 }, (_, index) => caller(`key${index}`));
    const first = await start({ owner: keys[0]! });
    await write(first, 0, 'abc', false, keys[0]);
    vi.setSystemTime(startMs + 1);
    for (const owner of keys.slice(1)) await start({ owner });
    vi.setSystemTime(startMs + hourMs - 1);
    await expect(start()).rejects.toMatchObject({ code: 'too_many_orders', retryAfterSeconds: 60 });
    vi.setSystemTime(startMs + hourMs);
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'too_many_orders' });
    await nextSweep();
    expect(shelf.bytes.size).toBe(0);
  });
});

describe('time', () => {
  test('an upload is good for an hour', async () => {
    const token = await start();
    vi.setSystemTime(startMs + hourMs - 1);
    expect(files.roomOf(token, mine)).toBe(100);
    vi.setSystemTime(startMs + hourMs);
    expect(() => files.roomOf(token, mine)).toThrow(notAccessible);
  });

  test('a file is gone after 48 hours, with its bytes and the room it took', async () => {
    const file = await send('x', { name: 'a' });
    vi.setSystemTime(startMs + 48 * hourMs - 1);
    expect(await files.find(mine, 'a')).toBe(file);
    vi.setSystemTime(startMs + 48 * hourMs);
    await expect(files.find(mine, 'a')).rejects.toEqual(notAccessible);
    expect((await send('xyz', { name: 'a' })).sizeBytes).toBe(3);
    await nextSweep();
    expect([...shelf.bytes.values()].map(String)).toEqual(['xyz']);
  });

  test('what is over goes by itself, a quarter of an hour later at most, and nothing else does', async () => {
    await send('x');
    const stale = await start();
    await write(stale, 0, 'abc', false);
    await vi.advanceTimersByTimeAsync(47 * hourMs);
    expect(shelf.bytes.size).toBe(1);
    await send('y', { owner: other, name: 'young' });
    await vi.advanceTimersByTimeAsync(1.25 * hourMs);
    expect([...shelf.bytes.values()].map(String)).toEqual(['y']);
    expect((await files.find(other, 'young')).sizeBytes).toBe(1);
  });

  test('an upload that is receiving a part when its hour ends is not taken away under it', async () => {
    const token = await start();
    await write(token, 0, 'ab', false);
    const { promise, resolve } = Promise.withResolvers<void>();
    shelf.gate = promise;
    const part = write(token, 2, 'c');
    await vi.advanceTimersByTimeAsync(2 * hourMs);
    resolve();
    const file = await part;
    expect((await files.read(file!)).toString()).toBe('abc');
  });
});

describe('what cannot be removed', () => {
  const fail = (): void => {
    shelf.failure = { of: 'remove', error: new Error('the disk is gone') };
  };

  test('when its time is over keeps no other file from its owner, nor from going, and goes with a later sweep', async () => {
    await send('first', { name: 'first' });
    await send('second', { name: 'second' });
    vi.setSystemTime(startMs + 40 * hourMs);
    await send('young', { name: 'young' });
    vi.setSystemTime(startMs + 48 * hourMs);
    fail();
    expect((await files.find(mine, 'young')).sizeBytes).toBe(5);
    expect((await files.list(mine)).map(({ name }) => name)).toEqual(['young']);
    await nextSweep();
    expect([...shelf.bytes.values()].map(String)).toEqual(['first', 'young']);
    await nextSweep();
    expect([...shelf.bytes.values()].map(String)).toEqual(['young']);
  });

  test('is told once a sweep, with how much it is and what was wrong with the first, until it is gone', async () => {
    for (const name of ['a', 'b', 'c']) await send('x', { name });
    await write(await start(), 0, 'abc', false);
    vi.setSystemTime(startMs + 48 * hourMs);
    const [gone, error] = [shelf.remove.bind(shelf), new Error('access denied')];
    shelf.remove = () => Promise.reject(error);
    await nextSweep();
    expect(unremoved).toEqual([[4, error]]);
    await nextSweep();
    expect(unremoved).toEqual([
      [4, error],
      [4, error],
    ]);
    shelf.remove = gone;
    await nextSweep();
    expect([unremoved.length, shelf.bytes.size]).toEqual([2, 0]);
  });

  test('of a late upload keeps nobody else from beginning one, and goes with a later sweep', async () => {
    await write(await start(), 0, 'abc', false);
    vi.setSystemTime(startMs + hourMs);
    fail();
    await start({ owner: other });
    await nextSweep();
    expect(shelf.bytes.size).toBe(1);
    await nextSweep();
    expect(shelf.bytes.size).toBe(0);
  });

  test.each(['canceled', 'not stored'])('of an upload that is %s goes with the next sweep', async (how) => {
    const token = await start({ name: 'a' });
    if (how === 'canceled') {
      await write(token, 0, 'abc', false);
      fail();
      await expect(files.cancel(token, mine)).rejects.toThrow('the disk is gone');
    } else {
      shelf.keep = () => {
        fail();
        return Promise.reject(new Error('not stored'));
      };
      await expect(write(token, 0, 'abc')).rejects.toThrow('not stored');
    }
    expect(() => files.roomOf(token, mine)).toThrow(notAccessible);
    expect(shelf.bytes.size).toBe(1);
    await nextSweep();
    expect(shelf.bytes.size).toBe(0);
  });

  test('for its owner is told of, and can be removed again', async () => {
    await send('x', { name: 'a' });
    fail();
    await expect(files.remove(mine, 'a')).rejects.toThrow('the disk is gone');
    await files.remove(mine, 'a');
    expect([shelf.bytes.size, (await files.list(mine)).length]).toEqual([0, 0]);
  });
});
