import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Headers, extract, pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { earlier, earlierDataFolder } from '../../test/support/earlier-data-folder.ts';
import { takeServeLock } from '../store/disk/serve-lock.ts';
import { runCommandLine } from './run-command-line.ts';

let folder: ReturnType<typeof earlierDataFolder>;
let work: string;
let archive: string;
beforeEach(() => {
  folder = earlierDataFolder();
  work = mkdtempSync(path.join(tmpdir(), 'plantain-backup-test-'));
  archive = path.join(work, 'plantain.tar');
});
afterEach(() => {
  folder.remove();
  rmSync(work, { recursive: true });
});

async function plantain(words: readonly string[], given: Parameters<typeof capturedContext>[0] = {}) {
  const context = capturedContext({ cwd: work, ...given });
  const exitCode = await runCommandLine(words, context);
  return { exitCode, out: context.out(), err: context.err(), bytes: context.outBytes() };
}
const backup = (...words: string[]) => plantain(['backup', archive, '--data-dir', folder.path, ...words]);
const restore = (to: string, ...words: string[]) =>
  plantain(['restore', archive, '--data-dir', path.join(work, to), ...words]);

interface Piece {
  readonly header: Headers;
  readonly bytes: Buffer;
}
async function unpacked(): Promise<Piece[]> {
  const reading = extract();
  reading.end(readFileSync(archive));
  const pieces: Piece[] = [];
  for await (const entry of reading) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part);
    pieces.push({ header: entry.header, bytes: Buffer.concat(parts) });
  }
  return pieces;
}
async function repack(pieces: readonly Piece[]): Promise<void> {
  const writing = pack();
  for (const { header, bytes } of pieces) writing.entry({ ...header, size: bytes.length }, bytes);
  writing.finalize();
  const parts: Buffer[] = [];
  for await (const part of writing) parts.push(part);
  writeFileSync(archive, Buffer.concat(parts));
}
/** Everything below a folder, with what it holds. */
function contents(of: string): Record<string, string> {
  const names = readdirSync(of, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [
        path.relative(of, file),
        createHash('sha256').update(readFileSync(file)).digest('hex'),
      ]),
  );
}

test('what a release before left behind is saved in one file for its owner alone, and is the same elsewhere', async () => {
  const saved = await backup('--pictures');
  expect(saved).toMatchObject({ exitCode: 0, err: '' });
  expect(saved.out).toMatch(/^Saved \d files in .*plantain\.tar: .*, the database with \d{4}-/);
  expect(statSync(archive).mode & 0o777).toBe(0o600);
  expect(readdirSync(work)).toEqual(['plantain.tar']);
  const restored = await restore('new/data');
  expect([restored.exitCode, restored.err]).toEqual([0, '']);
  const target = path.join(work, 'new', 'data');
  expect(statSync(target).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(target, 'plantain.db')).mode & 0o777).toBe(0o600);
  const [had, has] = [contents(folder.path), contents(target)];
  for (const name of Object.keys(had).filter((file) => /^(?:images|link-secret)/.test(file)))
    expect([name, has[name]]).toEqual([name, had[name]]);
  const rows = (file: string) => {
    const database = new DatabaseSync(path.join(file, 'plantain.db'));
    const found = database.prepare('select * from ledger order by id').all();
    database.close();
    return found;
  };
  expect(rows(target)).toEqual(rows(folder.path));
  // This version works on it, with the keys that callers have.
  const listed = await plantain(['keys', 'list', '--json', '--data-dir', target]);
  expect(listed.exitCode).toBe(0);
  expect(listed.out).toContain(earlier.rotatedKey.slice(-4));
});

test('without pictures there are none in it, and it goes through pipes as well', async () => {
  expect((await backup()).exitCode).toBe(0);
  expect((await unpacked()).map(({ header }) => header.name)).toEqual([
    'plantain.db',
    'link-secret',
    'manifest.json',
  ]);
  const piped = await plantain(['backup', '-', '--data-dir', folder.path]);
  expect([piped.exitCode, piped.err]).toEqual([0, '']);
  async function* stdin() {
    for (let at = 0; at < piped.bytes.length; at += 1000) yield piped.bytes.subarray(at, at + 1000);
  }
  const target = path.join(work, 'piped');
  const restored = await plantain(['restore', '-', '--data-dir', target, '--json'], { stdin: stdin() });
  expect([restored.exitCode, restored.err]).toEqual([0, '']);
  expect(JSON.parse(restored.out)).toMatchObject({ format: 'plantain-backup', database: 'sqlite' });
  expect(Object.keys(contents(target)).toSorted()).toEqual(['link-secret', 'plantain.db', 'serve.lock']);
  expect(readdirSync(folder.path).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('a database that is damaged is not saved over a good backup', async () => {
  expect((await backup()).exitCode).toBe(0);
  const good = readFileSync(archive);
  const file = path.join(folder.path, 'plantain.db');
  const bytes = readFileSync(file);
  bytes.fill(0xff, 8192, bytes.length - 4096);
  writeFileSync(file, bytes);
  const { exitCode, err } = await backup();
  expect([exitCode, err]).toEqual([1, expect.stringMatching(/malformed|damaged|corrupt/)]);
  expect(readFileSync(archive).equals(good)).toBe(true);
  expect(readdirSync(work)).toEqual(['plantain.tar']);
});

describe('a restore', () => {
  beforeEach(async () => {
    expect((await backup('--pictures')).exitCode).toBe(0);
  });

  test('into a folder with something in it is refused, unless it is to be replaced, and then all that belongs together is', async () => {
    const target = path.join(work, 'data');
    mkdirSync(path.join(target, 'answers'), { recursive: true });
    for (const name of ['plantain.db', 'plantain.db-wal', 'note', 'answers/old'])
      writeFileSync(path.join(target, name), name);
    const before = contents(target);
    const refused = await restore('data');
    expect([refused.exitCode, refused.err]).toEqual([1, expect.stringMatching(/--data-dir.*--force/)]);
    expect(contents(target)).toEqual(before);
    expect((await restore('data', '--force')).exitCode).toBe(0);
    const after = contents(target);
    expect(after['note']).toBe(before['note']);
    expect(Object.keys(after)).not.toContain('answers/old');
    expect(Object.keys(after)).not.toContain('plantain.db-wal');
    expect(after['plantain.db']).not.toBe(before['plantain.db']);
    expect(readdirSync(target).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('beside a running server is refused, also by force', async () => {
    const target = path.join(work, 'data');
    const lock = takeServeLock(target);
    const { exitCode, err } = await restore('data', '--force');
    lock.release();
    expect([exitCode, err]).toEqual([1, expect.stringContaining('Another Plantain server is running')]);
    expect(readdirSync(target)).toEqual(['serve.lock']);
  });

  test('of a newer version is refused, with what to do', async () => {
    const pieces = await unpacked();
    const newer = path.join(work, 'newer.db');
    writeFileSync(newer, pieces[0]?.bytes ?? '');
    const database = new DatabaseSync(newer);
    database.exec("insert into plantain_migrations (name, timestamp) values ('9999-later', '')");
    database.close();
    const bytes = readFileSync(newer);
    rmSync(newer);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await repack(
      pieces.map((piece) => {
        if (piece.header.name === 'plantain.db') return { ...piece, bytes };
        if (piece.header.name !== 'manifest.json') return piece;
        const manifest = JSON.parse(piece.bytes.toString());
        Object.assign(manifest.files[0], { size: bytes.length, sha256 });
        return { ...piece, bytes: Buffer.from(JSON.stringify({ ...manifest, plantain: '9.0.0' })) };
      }),
    );
    const { exitCode, err } = await restore('data');
    expect([exitCode, err]).toEqual([
      1,
      expect.stringMatching(/newer version of Plantain, 9\.0\.0.*9999-later/),
    ]);
    expect(readdirSync(work)).toEqual(['plantain.tar']);
  });

  const flipped = ({ header, bytes }: Piece): Piece => {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
    return { header, bytes: changed };
  };
  const at = (name: string, change: (piece: Piece) => readonly Piece[]) => (pieces: readonly Piece[]) =>
    pieces.flatMap((piece) => (piece.header.name === name ? change(piece) : [piece]));
  const named = (name: string, header: Partial<Headers> = {}) => ({
    header: { name, mode: 0o600, type: 'file' as const, ...header },
    bytes: Buffer.from(header.linkname === undefined ? 'x' : ''),
  });
  test.each<[string, (pieces: readonly Piece[]) => readonly Piece[], RegExp]>([
    ['a changed database', at('plantain.db', (piece) => [flipped(piece)]), /"plantain.db".*checksum/],
    ['a changed secret', at('link-secret', (piece) => [flipped(piece)]), /"link-secret".*checksum/],
    [
      'a changed picture',
      (pieces) => pieces.map((piece) => (piece.header.name.startsWith('images/') ? flipped(piece) : piece)),
      /"images\/.*checksum/,
    ],
    ['a file less', at('link-secret', () => []), /"link-secret" is missing/],
    ['a file more', (pieces) => [named('admin-secret'), ...pieces], /manifest does not know "admin-secret"/],
    ['a file twice', at('link-secret', (piece) => [piece, piece]), /"link-secret" is in it twice/],
    ['no manifest', at('manifest.json', () => []), /no manifest/],
    [
      'another manifest',
      at('manifest.json', ({ header }) => [{ header, bytes: Buffer.from('{}') }]),
      /manifest cannot be read/,
    ],
    [
      'something behind the manifest',
      (pieces) => [...pieces, named('admin-secret')],
      /goes on after its end/,
    ],
    [
      'a path that leads out',
      (pieces) => [named('../out'), ...pieces],
      /"\.\.\/out" is nothing that belongs/,
    ],
    ['an absolute path', (pieces) => [named('/etc/out'), ...pieces], /is nothing that belongs/],
    [
      'a path that leads out of the pictures',
      (pieces) => [named('images/../link-secret'), ...pieces],
      /is nothing that belongs/,
    ],
    [
      'a symbolic link',
      (pieces) => [named('admin-secret', { type: 'symlink', linkname: '/etc/passwd' }), ...pieces],
      /is no file, but a symlink/,
    ],
    [
      'a hard link',
      (pieces) => [named('admin-secret', { type: 'link', linkname: 'plantain.db' }), ...pieces],
      /is no file, but a link/,
    ],
    [
      'a folder',
      (pieces) => [named('images', { type: 'directory', linkname: '' }), ...pieces],
      /is no file, but a directory/,
    ],
  ])('of an archive with %s is refused, and the folder stays as it was', async (_name, change, reason) => {
    await repack(change(await unpacked()));
    const target = path.join(work, 'data');
    cpSync(folder.path, target, { recursive: true });
    const before = contents(target);
    const { exitCode, err } = await restore('data', '--force');
    expect([exitCode, err]).toEqual([1, expect.stringMatching(reason)]);
    expect(err).toMatch(/^plantain: This is no backup that can be restored: .*Nothing was changed\.\n$/);
    expect(contents(target)).toEqual(before);
    expect(readdirSync(work).toSorted()).toEqual(['data', 'plantain.tar']);
  });

  test.each([100, 700, 60_000, -1100])('of an archive that is cut off at %i is refused', async (end) => {
    writeFileSync(archive, readFileSync(archive).subarray(0, end));
    const { exitCode, err } = await restore('data');
    expect([exitCode, err]).toEqual([1, expect.stringContaining('This is no backup that can be restored')]);
    expect(readdirSync(work)).toEqual(['plantain.tar']);
  });

  test('of a file that is none, or is not there, is refused', async () => {
    writeFileSync(archive, 'hello '.repeat(1000));
    expect((await restore('data')).err).toMatch(/This is no backup that can be restored/);
    rmSync(archive);
    expect(await restore('data')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('cannot be read'),
    });
  });
});
