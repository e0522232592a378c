import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Base64Image } from './base64-image.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { decodeBase64, decodeBase64InTurns, decodeBase64Pieces } from './decode-base64.ts';
import { encodeBase64, encodeBase64InTurns } from './encode-base64.ts';

const joined = (image: Base64Image) => Buffer.concat(image.slices).toString('latin1');
const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
const cuts = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 });

/** Cuts into pieces of the given lengths, over and over; a length of 0 gives an empty piece. */
function cut(buffer: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let offset = 0, index = 0; offset < buffer.length; index++) {
    const length = index > 2000 ? buffer.length : lengths[index % lengths.length]!;
    pieces.push(buffer.subarray(offset, offset + length));
    offset += length;
  }
  return pieces;
}

test('decoding equals Node for any bytes, cut into slices anywhere, with and without padding', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, cuts, fc.boolean(), async (original, lengths, padded) => {
      const text = padded ? original.toString('base64') : original.toString('base64').replaceAll('=', '');
      const image = new Base64Image(cut(Buffer.from(text), lengths));
      expect(decodeBase64(image).equals(original)).toBe(true);
      expect((await decodeBase64InTurns(image)).equals(original)).toBe(true);
      expect(Buffer.concat([...decodeBase64Pieces(image)]).equals(original)).toBe(true);
    }),
  );
});

test('encoding equals Node for any bytes', () => {
  fc.assert(
    fc.property(bytes, (original) => {
      const image = encodeBase64(original);
      expect(joined(image)).toBe(original.toString('base64'));
      expect(image.byteLength).toBe(original.length);
    }),
  );
});

test('megabytes: slices stay at 256 KB, pieces below that, and the bytes come back', async () => {
  const original = Buffer.alloc(5_000_003, 'plantain');
  for (let index = 0; index < original.length; index += 997) original[index] = index & 255;
  const image = await encodeBase64InTurns(original);
  expect(joined(image) === original.toString('base64')).toBe(true);
  expect(Math.max(...image.slices.map((slice) => slice.length))).toBe(256 * 1024);
  expect(Math.max(...[...decodeBase64Pieces(image)].map((piece) => piece.length))).toBe(240 * 1024);
  expect((await decodeBase64InTurns(image)).equals(original)).toBe(true);
  expect(decodeBase64(image).buffer.byteLength).toBe(original.length);
});

test('megabytes let others have their turn, and what is small does not', async () => {
  const turnsOf = async (work: Promise<unknown>): Promise<number> => {
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await work;
    isOver = true;
    return turns;
  };
  const bytes = Buffer.alloc(16 * 1024 * 1024, 7);
  const image = encodeBase64(bytes);
  expect(await turnsOf(encodeBase64InTurns(bytes))).toBeGreaterThan(3);
  expect(await turnsOf(decodeBase64InTurns(image))).toBeGreaterThan(3);
  const small = new Base64Image(Array.from({ length: 200 }, () => Buffer.from('AAAA')));
  expect(await turnsOf(decodeBase64InTurns(small))).toBe(0);
  expect(await turnsOf(encodeBase64InTurns(Buffer.alloc(1000)))).toBe(0);
});

test('base64 with one wrong character anywhere is upstream_error, never a shorter picture', async () => {
  await fc.assert(
    fc.asyncProperty(
      bytes,
      cuts,
      fc.nat(),
      fc.constantFrom('=', ' ', '\n', '*', '"', '\u0000', '\u00ff'),
      async (original, lengths, at, wrong) => {
        const text = original.toString('base64').replaceAll('=', '');
        const place = at % (text.length + 1);
        // Padding at the very end is the one place where `=` belongs.
        fc.pre(!(wrong === '=' && place === text.length));
        const image = new Base64Image(
          cut(Buffer.from(text.slice(0, place) + wrong + text.slice(place), 'latin1'), lengths),
        );
        const isDamaged = (thrown: unknown) =>
          thrown instanceof PlantainError && thrown.code === 'upstream_error';
        for (const decode of [
          () => decodeBase64(image),
          () => [...decodeBase64Pieces(image)],
          () => decodeBase64InTurns(image),
        ]) {
          let thrown: unknown;
          try {
            await decode();
          } catch (error) {
            thrown = error;
          }
          expect(isDamaged(thrown)).toBe(true);
        }
      },
    ),
  );
});
