import type { BlobStore } from '../gallery/blob-store.ts';
import { newImageName } from '../gallery/image-name.ts';

/** Writes, reads, lists and removes a small blob. Throws what went wrong. */
export async function probeStore(store: BlobStore): Promise<void> {
  const name = newImageName('');
  const sent = Buffer.from('A probe of plantain doctor. It may be removed.');
  await store.put(name, [sent], new AbortController().signal);
  const opened = await store.open(name);
  const pieces: Buffer[] = [];
  for await (const group of opened?.read() ?? []) pieces.push(...group);
  for await (const _listed of store.list(0));
  const isRemoved = (await store.remove(name)) && (await store.stat(name)) === undefined;
  if (!isRemoved || !Buffer.concat(pieces).equals(sent))
    throw new Error('what was written did not come back, or could not be removed');
}
