import type { StoredPictureAnswer, StoredPictureRequest } from '../journey/stored-picture.ts';
import type { Clock } from '../kernel/clock.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { BlobStore } from './blob-store.ts';
import { readByteRange } from './byte-range.ts';
import { mimeTypeOfName, newImageName } from './image-name.ts';
import type { SignedLinks } from './signed-link.ts';

/** A picture that is now kept, and until when its links work. */
export interface StoredImage {
  readonly name: string;
  readonly mimeType: string;
  readonly byteLength: number;
  readonly storedAtMs: number;
  readonly expiresAtMs: number;
}

export interface GalleryOptions {
  readonly blobs: BlobStore;
  readonly links: SignedLinks;
  readonly clock: Clock;
  /** How long a link works, in milliseconds. Clients expect at least an hour. */
  readonly linkLifetimeMs: number;
  /** Links lead straight to the store, where it has such; else through us. */
  readonly isPresigned?: boolean;
}

/** Keeps finished pictures and gives them out to whoever holds a signed link that has not expired. */
export class Gallery {
  readonly #options: GalleryOptions;

  constructor(options: GalleryOptions) {
    this.#options = options;
  }

  /** Stores decoded picture bytes, in their last use, under a new name. Throws `storage_full` when the disk has no room. */
  async keep(
    bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
    mimeType: string,
    signal: AbortSignal,
  ): Promise<StoredImage> {
    const { blobs, clock, linkLifetimeMs } = this.#options;
    const name = newImageName(mimeType);
    const blob = await blobs.put(name, bytes, signal, { isLastUse: true });
    const storedAtMs = clock.nowMs();
    return {
      name,
      mimeType,
      byteLength: blob.sizeBytes,
      storedAtMs,
      expiresAtMs: storedAtMs + linkLifetimeMs,
    };
  }

  /**
   * The absolute link, on the origin through which the caller reached us (`https://host:port`), or straight to the store.
   */
  async linkTo(stored: StoredImage, origin: string): Promise<string> {
    const { blobs, links, linkLifetimeMs, isPresigned = false } = this.#options;
    if (isPresigned && blobs.linkTo !== undefined) return blobs.linkTo(stored.name, linkLifetimeMs);
    return links.sign({ origin, name: stored.name, expiresAtMs: stored.expiresAtMs });
  }

  /**
   * Answers a request for a picture. Forged, expired and removed pictures all throw the same
   * `image_not_found`, so that a stranger cannot tell which names exist.
   */
  async fetch(request: StoredPictureRequest): Promise<StoredPictureAnswer> {
    const { blobs, links, clock } = this.#options;
    const nowMs = clock.nowMs();
    const link = links.verify(request.name, request.query, nowMs);
    if (link === undefined) throw imageNotFound();

    const etag = `"${link.name.slice(0, link.name.indexOf('.'))}"`;
    const headers = imageHeaders(link.name, etag, Math.floor((link.expiresAtMs - nowMs) / 1000));
    const isKnown = matches(request.ifNoneMatch, etag);
    if (isKnown || request.method === 'HEAD') {
      const blob = await blobs.stat(link.name);
      if (blob === undefined) throw imageNotFound();
      if (isKnown) return { status: 304, headers: withoutContent(headers), bytes: undefined };
      // RFC 9110, section 14.2: a range means something for GET alone.
      return { status: 200, headers: withLength(headers, blob.sizeBytes), bytes: undefined };
    }
    const blob = await blobs.open(link.name);
    if (blob === undefined) throw imageNotFound();
    // From here on lengths are those of the open blob, whatever becomes of its name.
    const { sizeBytes } = blob;
    const rangeApplies = request.ifRange === undefined || request.ifRange === etag;
    const span = rangeApplies ? readByteRange(request.range, sizeBytes) : undefined;
    if (span === 'unsatisfiable') {
      await blob.close();
      const range = { 'content-range': `bytes */${sizeBytes}`, 'content-length': '0' };
      return { status: 416, headers: { ...withoutContent(headers), ...range }, bytes: undefined };
    }
    if (span === undefined)
      return { status: 200, headers: withLength(headers, sizeBytes), bytes: blob.read() };
    const { start, endInclusive } = span;
    const partHeaders = { ...headers, 'content-range': `bytes ${start}-${endInclusive}/${sizeBytes}` };
    return {
      status: 206,
      headers: withLength(partHeaders, endInclusive - start + 1),
      bytes: blob.read(span),
    };
  }
}

function imageNotFound(): PlantainError {
  return new PlantainError(
    'image_not_found',
    'There is no picture at this link. Links to pictures expire; ask for the picture again, or keep the bytes.',
  );
}

function imageHeaders(name: string, etag: string, maxAgeSeconds: number): Record<string, string> {
  return {
    'content-type': mimeTypeOfName(name),
    'content-disposition': `inline; filename="${name}"`,
    'accept-ranges': 'bytes',
    etag,
    'cache-control': `private, max-age=${Math.max(0, maxAgeSeconds)}, immutable`,
    // The bytes came from outside: a browser must take them for a picture or for nothing at all.
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
  };
}

function withLength(headers: Record<string, string>, byteLength: number): Record<string, string> {
  return { ...headers, 'content-length': byteLength.toString() };
}

function withoutContent(headers: Record<string, string>): Record<string, string> {
  const { 'content-type': _type, 'content-disposition': _disposition, ...rest } = headers;
  return rest;
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined || ifNoneMatch.length > 4096) return false;
  return ifNoneMatch
    .split(',')
    .some((candidate) => candidate.trim() === '*' || candidate.trim().replace(/^W\//, '') === etag);
}
