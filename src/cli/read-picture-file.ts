import { close, constants, fstat, open, read, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { CommandError, exitCodes } from './exit-codes.ts';
import type { InputPicture } from './picture-maker.ts';
import { systemReason } from './system-reason.ts';

const pieceBytes = 1024 * 1024;
/** A pipe that nobody writes into would be waited for without end. */
const maxSilenceMs = 60_000;

/**
 * Reads a picture to send along: a file, a pipe such as the shell's `<(…)`, or a device, none further than
 * `maxBytes`. Throws CommandError that names the file as the user wrote it.
 */
export async function readPictureFile(
  cwd: string,
  file: string,
  maxBytes: number,
  silenceMs = maxSilenceMs,
): Promise<InputPicture> {
  const full = path.resolve(cwd, file);
  try {
    // Without O_NONBLOCK, opening a pipe waits for its writer, where nothing can end the wait.
    const descriptor = await promisify(open)(full, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const status: Stats = await promisify(fstat)(descriptor);
    const pieces = status.isFIFO() ? readPipe(descriptor, silenceMs) : readDescriptor(descriptor, status);
    const bytes: Buffer[] = [];
    let length = 0;
    for await (const piece of pieces) {
      length += piece.length;
      if (length > maxBytes) throw tooLarge(file, maxBytes);
      bytes.push(piece);
    }
    return { name: path.basename(full), bytes: Buffer.concat(bytes) };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${file} cannot be read: ${systemReason(error)}.`, exitCodes.usage, error);
  }
}

async function* readDescriptor(descriptor: number, status: Stats): AsyncGenerator<Buffer> {
  try {
    if (status.isDirectory()) throw new Error('it is a folder');
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceBytes);
      const { bytesRead } = await promisify(read)(descriptor, piece, 0, pieceBytes, null);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await promisify(close)(descriptor);
  }
}

/** A socket closes its descriptor itself, also when the loop over it is left. */
function readPipe(descriptor: number, silenceMs: number): AsyncIterable<Buffer> {
  const socket = new Socket({ fd: descriptor, readable: true, writable: false });
  socket.setTimeout(silenceMs, () => socket.destroy(new Error('nobody writes into the pipe')));
  return socket;
}

function tooLarge(file: string, maxBytes: number): CommandError {
  return new CommandError(
    `${file} is too large: a picture may have ${String(maxBytes)} bytes.`,
    exitCodes.usage,
  );
}
