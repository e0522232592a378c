import { randomFillSync } from 'node:crypto';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `length` random base62 characters, uniform: bytes of 248 and above would favour the first letters and are thrown away. */
export function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    const byte = randomByte();
    if (byte < 248) text += base62[byte % 62];
  }
  return text;
}

/** Fetched in stock: each fetch is a call to the system, and every order needs an id. */
const stock = Buffer.alloc(4096);
let used = stock.length;

/** A random byte, given out once. */
function randomByte(): number {
  if (used === stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  const byte = stock[used] ?? 0;
  stock[used++] = 0;
  return byte;
}

/** An id such as `req_0f8…`: nine base-36 characters of time, so ids sort by age, and fifteen random base62 ones. */
export function newId(prefix: string, nowMs: number): string {
  return `${idBound(prefix, nowMs)}${randomBase62(15)}`;
}

/** When an id of `newId` was made; undefined of a word that is none, and of one from before the epoch. */
export function idTimeMs(id: string): number | undefined {
  const time = /^[a-z]+_([0-9a-z]{9})/.exec(id)?.[1];
  return time === undefined ? undefined : Number.parseInt(time, 36);
}

/** Sorts before every id of `newId` from `atMs` on, and behind every earlier one. Before the epoch a minus sorts first. */
export function idBound(prefix: string, atMs: number): string {
  return `${prefix}_${atMs.toString(36).padStart(9, '0')}`;
}
