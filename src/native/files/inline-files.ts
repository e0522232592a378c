import { CapturedText } from '../../bytes/captured-text.ts';
import { encodeBase64InTurns } from '../../bytes/encode-base64.ts';
import { freeOwn } from '../../bytes/free-bytes.ts';
import type { Caller } from '../../journey/image-order.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import { invalid } from '../invalid.ts';
import { setField } from '../members.ts';
import type { NativeParts } from '../native-parts.ts';
import type { FilePart } from '../request-contents.ts';

/** The name of a file of ours, alone or in an address that ends in it, whoever's host that names. */
const ownFile =
  /^(?:https?:\/\/[^/?#]{1,300}\/(?:[\w/-]{0,100}\/)?v1(?:alpha|beta)?\/)?files\/([\w-]{1,100})$/;
const maxWaitForMemoryMs = 30_000;

/**
 * Puts a caller's own files into the request in place of their names, so that any upstream can be asked, also one that
 * keeps no files. Whether there were any. Throws for files of others, and for addresses that are not let through.
 */
export async function inlineFiles(
  { files, rules }: Pick<NativeParts, 'files' | 'rules'>,
  named: readonly FilePart[],
  caller: Caller,
  scope: OrderScope,
): Promise<boolean> {
  let isChanged = false;
  for (const { part, uri, mimeType, isNested } of named) {
    const [, name] = ownFile.exec(uri) ?? [];
    if (name === undefined) {
      checkAddress(uri, rules.remoteFiles);
      continue;
    }
    if (isNested)
      throw invalid(
        'fileData',
        'A file can be named in a part of a turn only, not inside the answer of a function.',
      );
    const file = await files.find(caller, name);
    const base64Bytes = Math.ceil((file.sizeBytes * 4) / 3);
    const held = file.sizeBytes + base64Bytes;
    const giveBack = await scope.memory.reserve(held, scope.signal, maxWaitForMemoryMs);
    try {
      const bytes = await files.read(file);
      const data = new CapturedText(await encodeBase64InTurns(bytes));
      freeOwn(bytes);
      setField(part, 'fileData', undefined);
      part['inlineData'] = { mimeType: mimeType ?? file.mimeType, data };
      isChanged = true;
    } finally {
      giveBack();
      scope.memory.count(base64Bytes);
    }
  }
  return isChanged;
}

function checkAddress(uri: string, allowsRemote: boolean): void {
  if (/^https:\/\//i.test(uri)) {
    if (allowsRemote) return;
    throw invalid(
      'fileUri',
      'Addresses are not fetched through this server (native.remote_files is off). Send the picture as inlineData, or upload it first.',
    );
  }
  if (/^gs:/i.test(uri))
    throw invalid(
      'fileUri',
      "Files in a bucket would be read with the operator's rights, so they are never taken. Send the picture as inlineData, or upload it first.",
    );
  throw invalid('fileUri', 'A file is named `files/…`, as the upload answered it.');
}
