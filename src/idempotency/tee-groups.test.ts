import { expect, test } from 'vitest';
import { teeGroups } from './tee-groups.ts';

const words = ['one', 'two', 'three'];

async function* source(onEnd: () => void = () => undefined): AsyncGenerator<readonly Buffer[]> {
  try {
    for (const word of words) {
      await Promise.resolve();
      yield [Buffer.from(word), Buffer.from(' ')];
    }
  } finally {
    onEnd();
  }
}

async function textOf(pieces: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece.toString();
  return text;
}

test('both readers have all of it', async () => {
  const { groups, copy } = teeGroups(source());
  const copied = textOf(copy);
  const read: string[] = [];
  for await (const group of groups) read.push(Buffer.concat([...group]).toString());
  expect(read).toEqual(['one ', 'two ', 'three ']);
  expect(await copied).toBe('one two three ');
});

test('when the first reader leaves, the copy still has all of it, and only then is the source left', async () => {
  let hasEnded = false;
  const { groups, copy } = teeGroups(source(() => (hasEnded = true)));
  const copied = textOf(copy);
  for await (const _group of groups) break;
  expect(hasEnded).toBe(true);
  expect(await copied).toBe('one two three ');
});

test('a source that breaks off breaks both off', async () => {
  const broken = async function* (): AsyncGenerator<readonly Buffer[]> {
    yield [Buffer.from('one')];
    throw new Error('broken');
  };
  const { groups, copy } = teeGroups(broken());
  const copied = textOf(copy);
  copied.catch(() => undefined);
  await expect(async () => {
    for await (const _group of groups);
  }).rejects.toThrow('broken');
  await expect(copied).rejects.toThrow('The stream broke off.');
});

test('a copy that is read slowly misses nothing of what comes meanwhile', async () => {
  const parts = async function* (): AsyncGenerator<readonly Buffer[]> {
    yield [Buffer.from('one '), Buffer.from('two ')];
    yield [Buffer.from('three')];
  };
  const { groups, copy } = teeGroups(parts());
  const pieces = copy[Symbol.asyncIterator]();
  const [first] = await Promise.all([
    pieces.next(),
    (async () => {
      for await (const _group of groups);
    })(),
  ]);
  expect(String(first.value)).toBe('one ');
  expect(await textOf({ [Symbol.asyncIterator]: () => pieces })).toBe('two three');
});
