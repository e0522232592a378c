import { createHash } from 'node:crypto';

/** A 32-bit number that depends on the text alone. */
export function hashNumber(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

/** Bytes that look random, do not compress and are the same for the same seed (xorshift32). */
export function deterministicBytes(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(length / 4) * 4);
  let state = seed | 0 || 0x9e3779b9;
  for (let at = 0; at < bytes.length; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state, at);
  }
  return bytes.subarray(0, length);
}
