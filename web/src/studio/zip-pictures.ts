import { downloadZip } from 'client-zip';
import { fileNameOf, type Picture } from './picture.ts';
import { fieldsOf, maskOf } from './wish.ts';

/** The files of pictures under names of their own, and `index.json` with what each was drawn from. */
export async function zipPictures(pictures: readonly Picture[]): Promise<Blob> {
  const names = uniqueNames(pictures.map(fileNameOf));
  const files = pictures.flatMap(({ blob, atMs }, index) =>
    blob === undefined ? [] : [{ name: names[index] ?? '', lastModified: new Date(atMs), input: blob }],
  );
  const index = pictures.map((picture, at) => ({
    file: names[at],
    ...fieldsOf(picture.wish),
    size: picture.size,
    references: picture.wish.references.map(({ name }) => name),
    has_mask: maskOf(picture.wish) !== undefined,
    order: picture.orderId,
    cost_micro_usd: picture.costMicroUsd,
    created_at: new Date(picture.atMs).toISOString(),
  }));
  const listing = {
    name: 'index.json',
    lastModified: new Date(),
    input: JSON.stringify(index, undefined, 2),
  };
  return downloadZip([...files, listing]).blob();
}

export function uniqueNames(names: readonly string[]): string[] {
  const used = new Map<string, number>();
  return names.map((name) => {
    const times = (used.get(name) ?? 0) + 1;
    used.set(name, times);
    return times === 1 ? name : name.replace(/(\.\w+)$/, `-${times}$1`);
  });
}
