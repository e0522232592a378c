import {
  beyondBounds,
  clearHistory,
  forgetPictures,
  keepPicture,
  readHistory,
  youngestFirst,
} from './history.ts';
import { isUnderWay, type Picture, releaseUrl } from './picture.ts';
import { createStore } from './store.ts';

/** Every picture of this browser, youngest first, those under way included. */
export const pictures = createStore<readonly Picture[]>([]);
/** Whether they are kept when the page is closed. */
export const isKept = createStore(true);

let loading: Promise<void> | undefined;

/** Brings back what earlier visits left. */
export function loadPictures(): Promise<void> {
  loading ??= readHistory().then(
    (kept) =>
      pictures.set((shown) => {
        const ids = new Set(shown.map(({ id }) => id));
        return [...shown, ...kept.filter(({ id }) => !ids.has(id))].toSorted(youngestFirst);
      }),
    () => isKept.set(() => false),
  );
  return loading;
}

export function addPictures(added: readonly Picture[]): void {
  pictures.set((shown) => [...added, ...shown]);
}

export const pictureOf = (id: string): Picture | undefined => pictures.get().find((one) => one.id === id);

/** Changes a picture, if it was not removed; once it has ended it is kept. */
export function changePicture(id: string, changes: Partial<Picture>): void {
  let changed: Picture | undefined;
  pictures.set((shown) =>
    shown.map((picture) => {
      if (picture.id !== id) return picture;
      changed = { ...picture, ...changes };
      return changed;
    }),
  );
  if (changed !== undefined && !isUnderWay(changed)) void keep(changed);
}

async function keep(picture: Picture): Promise<void> {
  await keepPicture(picture).catch(() => isKept.set(() => false));
  const surplus = beyondBounds(pictures.get()).filter((one) => !isUnderWay(one));
  if (surplus.length > 0) removePictures(surplus.map(({ id }) => id));
}

/** Takes pictures away, and gives them back to whoever thinks better of it. */
export function removePictures(ids: readonly string[]): Picture[] {
  const gone = pictures.get().filter(({ id }) => ids.includes(id));
  pictures.set((shown) => shown.filter(({ id }) => !ids.includes(id)));
  forgetPictures(ids).catch(() => isKept.set(() => false));
  return gone;
}

export function restorePictures(gone: readonly Picture[]): void {
  pictures.set((shown) => [...shown, ...gone].toSorted(youngestFirst));
  for (const picture of gone) void keep(picture);
}

/** Forgets everything that is not under way. */
export async function clearPictures(): Promise<void> {
  for (const { blob, draft } of pictures.get()) for (const one of [blob, draft]) releaseUrl(one);
  pictures.set((shown) => shown.filter(isUnderWay));
  await clearHistory();
}
