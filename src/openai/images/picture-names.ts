/** Names under which clients send pictures (docs/contracts/clients.md#pictures-in-json), in snake_case and without a number. */
export const imageNames = [
  'image',
  'images',
  'image_url',
  'image_urls',
  'reference_image',
  'reference_images',
  'reference_image_url',
  'reference_image_urls',
  'input_reference',
  'input_references',
  'input_image',
  'input_images',
  'init_image',
  'init_images',
] as const;

export const maskNames = [
  'mask',
  'mask_url',
  'mask_image',
  'mask_image_url',
  'image_mask',
  'input_image_mask',
] as const;

const roles: ReadonlyMap<string, PictureRole> = new Map([
  ...imageNames.map((name) => [plainName(name), 'image'] as const),
  ...maskNames.map((name) => [plainName(name), 'mask'] as const),
]);

type PictureRole = 'image' | 'mask';

/** What a field is for, and its place among its kind: `image[1]` is the second, wherever it stands in the request. */
export interface PictureName {
  readonly role: PictureRole;
  /** Of `image[1]`, `image_1` or `image1`; -1 without a number, which comes first. */
  readonly place: number;
}

/** Reads a field's name, in any letter case and in camelCase; undefined when no picture stands there. */
export function pictureName(field: string): PictureName | undefined {
  // A longer name is none of ours, and need not be looked at.
  if (field.length > 40) return undefined;
  const [, stem = '', bracketed, plain] = /^(.*?[a-z])(?:\[(\d{0,4})\]|_?(\d{1,4}))?$/i.exec(field) ?? [];
  const role = roles.get(plainName(stem));
  if (role === undefined) return undefined;
  const number = bracketed ?? plain ?? '';
  return { role, place: number === '' ? -1 : Number(number) };
}

/** One spelling for `image_url`, `imageUrl` and `ImageURL`. */
function plainName(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** Pictures in objects in lists in wrappers: no client goes deeper. */
const maxDepth = 8;

/** Whether a value can hardly be anything but a picture, or a list of them; `name` makes a link or bare base64 one. */
export function looksLikePicture(name: string, value: unknown, depth = 0): boolean {
  if (typeof value === 'string') {
    if (/^\s{0,9}data:(?:image\/|application\/octet-stream)/i.test(value)) return true;
    const isNamedSo = /image|mask|reference|picture|photo/i.test(name);
    return isNamedSo && (/^\s{0,9}https?:/i.test(value) || isLikeBase64(value));
  }
  if (typeof value !== 'object' || value === null || depth >= maxDepth) return false;
  return Object.entries(value).some(([key, inner]) =>
    looksLikePicture(Array.isArray(value) ? name : `${name}.${key}`, inner, depth + 1),
  );
}

/** No word and no sentence of that length is without a blank. */
function isLikeBase64(text: string): boolean {
  return text.length >= 100 && /^[\w+/-]{100}/.test(text);
}
