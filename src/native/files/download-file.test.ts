import { describe, expect, test } from 'vitest';
import type { ImageAnswer } from '../../journey/image-answer.ts';
import type { Caller } from '../../journey/image-order.ts';
import { downloadFile } from './download-file.ts';
import type { KeptFiles } from './kept-files.ts';

const caller: Caller = { keyId: 'mine', keyName: 'mine', projectId: 'proj', strict: false };
const pieceBytes = 65_536;

/** A file of three pieces, and how far it was read. */
function scene() {
  const told = { piecesRead: 0, isClosed: false };
  const pieces = [1, 2, 3].map((value) => Buffer.from(new ArrayBuffer(pieceBytes)).fill(value));
  async function* groups() {
    try {
      for (const piece of pieces) {
        told.piecesRead++;
        yield [piece];
      }
    } finally {
      told.isClosed = true;
    }
  }
  const files = {
    find: async ({ keyId }: Caller, name: string) => ({
      name: `${keyId}/${name}`,
      mimeType: 'text/html',
      sizeBytes: 3 * pieceBytes,
    }),
    read: () => expect.fail('it is never held as a whole'),
    open: async ({ name }: { readonly name: string }) =>
      name === 'mine/page' ? groups() : expect.fail('another file'),
  } as unknown as KeptFiles;
  return { told, pieces, answer: downloadFile(files, caller, 'page') };
}

function groupsOf({ body }: ImageAnswer) {
  return body.kind === 'stream' ? body.groups : expect.fail('it is no stream');
}

describe('a file that is handed out', () => {
  test('is sent as it is read: no more of it is held than what the client is taking', async () => {
    const { answer, told, pieces } = scene();
    const groups = groupsOf(await answer);
    expect(told.piecesRead).toBe(0);
    let taken = 0;
    for await (const [piece] of groups) {
      taken++;
      expect(told.piecesRead).toBe(taken);
      expect(piece?.equals(Buffer.alloc(pieceBytes, taken))).toBe(true);
      // What was sent before is given back.
      expect(pieces.filter(({ length }) => length > 0)).toHaveLength(4 - taken);
    }
    expect(taken).toBe(3);
    expect(told.isClosed).toBe(true);
  });

  test('is not read on, and let go of, when its client leaves', async () => {
    const { answer, told } = scene();
    for await (const _group of groupsOf(await answer)) break;
    expect(told).toEqual({ piecesRead: 1, isClosed: true });
  });

  test('is told with its length, and never shown as a page of this server', async () => {
    expect(await scene().answer).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/html',
        'content-length': String(3 * pieceBytes),
        'content-disposition': 'attachment',
        'x-content-type-options': 'nosniff',
      },
    });
  });
});
