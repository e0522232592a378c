import { bytesOf } from '../pixels/headers/byte-reader.ts';
import { inspectPicture } from '../pixels/headers/inspect-picture.ts';

/** The formats a picture can be asked for in. */
export const pictureFormats = ['png', 'jpeg', 'webp', 'avif'] as const;
export type PictureFormat = (typeof pictureFormats)[number];
/** The formats a server may send. */
export type FileFormat = PictureFormat | 'gif' | 'heic';

const byExtension: Readonly<Record<string, PictureFormat>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
  '.avif': 'avif',
};

/** Endings a file can be asked for with. */
export const pictureExtensions: readonly string[] = Object.keys(byExtension);

/** What an extension such as `.JPG` promises; undefined for any other. */
export function formatOfExtension(extension: string): PictureFormat | undefined {
  return byExtension[extension.toLowerCase()];
}

export function extensionOfFormat(format: FileFormat): string {
  return format === 'jpeg' ? '.jpg' : `.${format}`;
}

/** What the bytes themselves tell; undefined when they are no picture. */
export function describePicture(bytes: Buffer): { format: FileFormat; size: string } | undefined {
  const facts = inspectPicture(bytesOf(bytes));
  if (facts === undefined) return undefined;
  const { widthPx, heightPx } = facts.size;
  return {
    format: facts.mimeType.slice('image/'.length) as FileFormat,
    size: `${String(widthPx)}x${String(heightPx)}`,
  };
}
