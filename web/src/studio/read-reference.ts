import { say } from '../words/say.ts';
import { formatBytes } from '../words/format.ts';
import { newId } from '../api/new-id.ts';
import type { Reference } from './wish.ts';

/** A picture that was dropped, pasted or chosen, with its pixels; what it is not good for is said in the error. */
export async function readReference(blob: Blob, name: string, maxBytes: number): Promise<Reference> {
  if (blob.size > maxBytes) throw new Error(say('reference.tooLarge', { name, most: formatBytes(maxBytes) }));
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob);
  } catch {
    throw new Error(say('reference.unreadable', { name }));
  }
  const { width, height } = bitmap;
  bitmap.close();
  return { id: newId(), name, blob, width, height };
}

/** The pictures of a paste or a drop. */
export function picturesIn(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].filter(({ type }) => type.startsWith('image/'));
}
