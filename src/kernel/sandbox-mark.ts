/** Written into every file the sandbox draws, so that no program takes it for a model's picture. */
export const SANDBOX_SOFTWARE = 'Plantain sandbox';
export const SANDBOX_COMMENT =
  'Drawn by the Plantain sandbox from the words of the prompt. Not made by an AI model. Not for use as a generated picture.';

/** A box on a picture, in pixels. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What a sandbox picture knows of itself, for those who cut it or draw on it. */
export interface SandboxMark {
  /** Where the letters stand that say who drew it; absent when there is no room for them. */
  readonly lettering?: PixelBox;
  /** The head of its main figure: the middle of its top, and its width. */
  readonly head?: { readonly x: number; readonly y: number; readonly width: number };
}

/** What the file says of itself. */
export function markSentence({ lettering, head }: SandboxMark): string {
  const box = lettering && `${lettering.left},${lettering.top} ${lettering.width}x${lettering.height}`;
  return [
    SANDBOX_COMMENT,
    ...(box === undefined ? [] : [`Lettering at ${box}.`]),
    ...(head === undefined ? [] : [`Head at ${head.x},${head.y} ${head.width}.`]),
  ].join(' ');
}

/** More than the longest sentence. */
const maxSentenceBytes = 260;

/**
 * What a picture's file says of itself; undefined when the sandbox did not draw it. The sentence stands plain in EXIF
 * and in text chunks, so that no decoder is needed to find it.
 */
export function readMark(file: Uint8Array): SandboxMark | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const start = bytes.indexOf(SANDBOX_COMMENT, 0, 'latin1');
  if (start < 0) return undefined;
  const text = bytes.toString('latin1', start, start + maxSentenceBytes);
  const box = /Lettering at (\d{1,5}),(\d{1,5}) (\d{1,5})x(\d{1,5})\./.exec(text);
  const [left = 0, top = 0, width = 0, height = 0] = box?.slice(1).map(Number) ?? [];
  const found = /Head at (\d{1,5}),(\d{1,5}) (\d{1,5})\./.exec(text);
  const [x = 0, y = 0, wide = 0] = found?.slice(1).map(Number) ?? [];
  return {
    ...(box && { lettering: { left, top, width, height } }),
    ...(found && { head: { x, y, width: wide } }),
  };
}
