import { describe, expect, test } from 'vitest';
import { bytesOf } from './byte-reader.ts';
import { inspectPicture } from './inspect-picture.ts';

/** A TIFF's head and first directory; a `short` stands in the first two bytes of the four that hold a value. */
function tiff(
  order: 'II' | 'MM',
  entries: readonly (readonly [tag: number, kind: 'short' | 'long', value: number])[],
): Buffer {
  const isLittle = order === 'II';
  const bytes = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  const write = (value: number, offset: number, length: number) =>
    isLittle ? bytes.writeUIntLE(value, offset, length) : bytes.writeUIntBE(value, offset, length);
  bytes.write(order, 0, 'latin1');
  write(42, 2, 2);
  write(8, 4, 4);
  write(entries.length, 8, 2);
  for (const [index, [tag, kind, value]] of entries.entries()) {
    const at = 10 + index * 12;
    write(tag, at, 2);
    write(kind === 'short' ? 3 : 4, at + 2, 2);
    write(1, at + 4, 4);
    write(value, at + 8, kind === 'short' ? 2 : 4);
  }
  return bytes;
}

describe.each(['II', 'MM'] as const)('a TIFF in %s order', (order) => {
  const read = (...entries: Parameters<typeof tiff>[1]) => inspectPicture(bytesOf(tiff(order, entries)));

  test('has its size in short or long numbers', () => {
    expect(read([256, 'short', 640], [257, 'long', 70_000])).toEqual({
      mimeType: 'image/tiff',
      size: { widthPx: 640, heightPx: 70_000 },
      hasAlpha: false,
      orientation: 1,
    });
  });

  test('says how it is turned, and whether it has samples beyond its colours', () => {
    const size = [
      [256, 'short', 4],
      [257, 'short', 3],
    ] as const;
    expect(read(...size, [274, 'short', 6], [338, 'short', 2])).toMatchObject({
      hasAlpha: true,
      orientation: 6,
    });
    expect(read(...size, [274, 'short', 9])?.orientation).toBe(1);
  });

  test('without a size is no picture', () => {
    expect(read([256, 'short', 640])).toBeUndefined();
    expect(read([256, 'short', 0], [257, 'short', 5])).toBeUndefined();
    expect(read()).toBeUndefined();
  });
});

test('a directory that lies inside the head is none', () => {
  const bytes = tiff('II', [
    [256, 'short', 640],
    [257, 'short', 480],
  ]);
  bytes.writeUInt32LE(0, 4);
  expect(inspectPicture(bytesOf(bytes))).toBeUndefined();
});
