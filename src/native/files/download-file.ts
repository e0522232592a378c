import { freedBehind } from '../../bytes/free-bytes.ts';
import type { ImageAnswer } from '../../journey/image-answer.ts';
import type { Caller } from '../../journey/image-order.ts';
import type { KeptFiles } from './kept-files.ts';

/**
 * A caller's file, handed out as it is read, so that it never lies in memory as a whole, however many ask for it. Throws
 * `file_not_accessible`.
 */
export async function downloadFile(files: KeptFiles, caller: Caller, name: string): Promise<ImageAnswer> {
  const file = await files.find(caller, name);
  return {
    status: 200,
    // What a caller sent is never shown as a page of this server.
    headers: {
      'content-type': file.mimeType,
      'content-length': String(file.sizeBytes),
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
    },
    body: { kind: 'stream', groups: freedBehind(await files.open(file)) },
  };
}
