import { closeSync, openSync, readSync } from 'node:fs';
import { errorCodeOf } from '../kernel/error-code.ts';
import { unreadable } from './setting-path.ts';

const pieceBytes = 16 * 1024;

/**
 * The text of a file of at most `maxBytes`, or the reason, as in "… cannot be read: permission denied". The bound
 * holds for pipes and devices too, which do not tell their size.
 */
export function readSmallFile(file: string, maxBytes: number): { text: string } | { reason: string } {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const pieces: Buffer[] = [];
    for (let length = 0; length <= maxBytes; ) {
      const piece = Buffer.alloc(pieceBytes);
      const read = readSync(descriptor, piece);
      if (read === 0) return { text: Buffer.concat(pieces).toString('utf8') };
      pieces.push(piece.subarray(0, read));
      length += read;
    }
    return { reason: `it is larger than ${String(maxBytes / 1024)} KiB` };
  } catch (error) {
    const code = errorCodeOf(error) ?? '';
    const message = error instanceof Error ? error.message : String(error);
    return { reason: reasons[code] ?? message };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
};

/** The secret that a file holds, without the blanks around it. Tells what is wrong with the file, never what is in it. */
export function readSecretFile(name: string, file: string, tell: (problem: string) => void): unknown {
  const content = readSmallFile(file, 4 * pieceBytes);
  const text = 'text' in content ? content.text.trim() : '';
  if (text !== '') return text;
  tell(`${name} cannot be read from ${file}: ${'reason' in content ? content.reason : 'it is empty'}.`);
  return unreadable;
}
