/** The formats a picture file can have, and the extensions that promise them. */
export const pictureFormats = ['png', 'jpeg', 'webp', 'avif'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

const byExtension: Readonly<Record<string, PictureFormat>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
  '.avif': 'avif',
};

/** What an extension such as `.JPG` promises; undefined for any other. */
export function formatOfExtension(extension: string): PictureFormat | undefined {
  return byExtension[extension.toLowerCase()];
}

export function extensionOfFormat(format: PictureFormat): string {
  return format === 'jpeg' ? '.jpg' : `.${format}`;
}

/** The format the bytes themselves tell; undefined when they are none of these. */
export function formatOfBytes(bytes: Buffer): PictureFormat | undefined {
  const head = bytes.subarray(0, 16).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  if (head.slice(4, 8) === 'ftyp' && /^avi[fs]/.test(head.slice(8, 12))) return 'avif';
  return undefined;
}
