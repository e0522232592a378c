import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../paths.ts';
import { type BodySpec, referencePictureBytes } from './body-specs.ts';
import { noisePng } from './noise-png.ts';

const picturesDir = join(cacheDir, 'pictures');

export interface PictureHashes {
  /** SHA-256 of the base64 text, hexadecimal. */
  readonly base64: string;
  /** SHA-256 of the decoded bytes. */
  readonly bytes: string;
}

/** A body's picture, made once and kept in the cache. */
export function pictureOf(spec: BodySpec): Buffer {
  return cached(`${spec.name.replace(' ', '-')}-${spec.widthPx}.png`, () =>
    noisePng(spec.widthPx, spec.heightPx, (spec.base64Length / 4) * 3),
  );
}

/** The pictures of the upload scenario, each different. */
export function referencePictures(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) =>
    cached(`reference-${index}.png`, () => noisePng(1600, 1200, referencePictureBytes)),
  );
}

export function hashesOf(picture: Buffer): PictureHashes {
  return { base64: sha256(picture.toString('base64')), bytes: sha256(picture) };
}

function cached(file: string, make: () => Buffer): Buffer {
  const path = join(picturesDir, file);
  if (existsSync(path)) return readFileSync(path);
  mkdirSync(picturesDir, { recursive: true });
  const picture = make();
  writeFileSync(`${path}.part`, picture);
  renameSync(`${path}.part`, path);
  return picture;
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
