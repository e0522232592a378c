import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Picture } from './picture.ts';

interface Schema extends DBSchema {
  readonly pictures: { key: string; value: Picture };
}

/** What this browser keeps; beyond it, the oldest go. */
export const historyBounds = { pictures: 300, bytes: 500_000_000 } as const;

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('plantain-studio', 1, {
    upgrade: (db) => void db.createObjectStore('pictures', { keyPath: 'id' }),
  });
  return opened;
}

/** Everything that is kept, youngest first. */
export async function readHistory(): Promise<Picture[]> {
  const all = await (await database()).getAll('pictures');
  return all.toSorted(youngestFirst);
}

export async function keepPicture(picture: Picture): Promise<void> {
  const { draft: _draft, ...kept } = picture;
  await (await database()).put('pictures', kept);
}

export async function forgetPictures(ids: readonly string[]): Promise<void> {
  const transaction = (await database()).transaction('pictures', 'readwrite');
  await Promise.all([...ids.map((id) => transaction.store.delete(id)), transaction.done]);
}

export async function clearHistory(): Promise<void> {
  await (await database()).clear('pictures');
}

export const youngestFirst = (one: Picture, other: Picture): number =>
  other.atMs - one.atMs || (one.id < other.id ? 1 : -1);

/** Bytes that a picture takes, what it was drawn from included. */
function bytesOf({ blob, wish }: Picture): number {
  const sent = wish.references.reduce((sum, reference) => sum + reference.blob.size, 0);
  const painted = (wish.mask?.drawing ?? []).reduce(
    (sum, shape) => sum + (shape.kind === 'file' ? shape.painted.length : 0),
    0,
  );
  return (blob?.size ?? 0) + sent + (wish.mask?.png.size ?? 0) + painted;
}

/** Those that no longer fit, of a list that is youngest first. */
export function beyondBounds(
  pictures: readonly Picture[],
  bounds: { readonly pictures: number; readonly bytes: number } = historyBounds,
): Picture[] {
  let count = 0;
  let bytes = 0;
  return pictures.filter((picture) => {
    count++;
    bytes += bytesOf(picture);
    return count > bounds.pictures || bytes > bounds.bytes;
  });
}
