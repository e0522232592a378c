import { Readable } from 'node:stream';
import { beforeEach, expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { bytesOf } from '../../test/support/bytes-of.ts';
import type { BlobInfo, BlobStore } from './blob-store.ts';
import type { StoredPictureRequest } from '../journey/stored-picture.ts';
import { Gallery, type StoredImage } from './gallery.ts';
import { SignedLinks } from './signed-link.ts';

const blobs = new Map<string, Buffer>();
/** Opened and neither read nor closed so far. */
let openBlobs = 0;
const never = new AbortController().signal;

function inMemory(): BlobStore {
  const info = (name: string): BlobInfo | undefined => {
    const bytes = blobs.get(name);
    return bytes === undefined ? undefined : { name, sizeBytes: bytes.length, modifiedAtMs: 0 };
  };
  return {
    put: async (name, bytes) => {
      const pieces: Buffer[] = [];
      for await (const piece of bytes) pieces.push(piece);
      blobs.set(name, Buffer.concat(pieces));
      return { name, sizeBytes: blobs.get(name)?.length ?? 0, modifiedAtMs: 0 };
    },
    open: async (name) => {
      const bytes = blobs.get(name);
      if (bytes === undefined) return undefined;
      openBlobs++;
      return {
        sizeBytes: bytes.length,
        read: (span = { start: 0, endInclusive: bytes.length - 1 }) =>
          Readable.from([[bytes.subarray(span.start, span.endInclusive + 1)]]).once(
            'close',
            () => openBlobs--,
          ),
        close: async () => void openBlobs--,
      };
    },
    stat: async (name) => info(name),
    remove: async (name) => blobs.delete(name),
    list: async function* () {},
    removeAbandoned: async () => 0,
  };
}

let nowMs = 1_700_000_000_000;
const gallery = new Gallery({
  blobs: inMemory(),
  links: new SignedLinks(Buffer.alloc(32, 1)),
  clock: { nowMs: () => nowMs },
  linkLifetimeMs: 3_600_000,
});
let stored: StoredImage;

beforeEach(async () => {
  nowMs = 1_700_000_000_000;
  openBlobs = 0;
  stored = await gallery.keep([Buffer.from('01234'), Buffer.from('56789')], 'image/png', never);
});

async function requestFor(
  image: StoredImage,
  more: Partial<StoredPictureRequest> = {},
): Promise<StoredPictureRequest> {
  const url = new URL(await gallery.linkTo(image, 'http://localhost:4747'));
  return { method: 'GET', name: url.pathname.slice('/images/'.length), query: url.search.slice(1), ...more };
}

async function bodyOf(request: StoredPictureRequest): Promise<string> {
  const { bytes } = await gallery.fetch(request);
  return bytes === undefined ? '' : (await bytesOf(bytes)).toString();
}

test('a kept picture comes back whole, truthfully labelled, and harmless in a browser', async () => {
  expect(stored).toMatchObject({ mimeType: 'image/png', byteLength: 10, expiresAtMs: nowMs + 3_600_000 });
  const answer = await gallery.fetch(await requestFor(stored));
  expect(answer.status).toBe(200);
  expect(answer.headers).toEqual({
    'content-type': 'image/png',
    'content-length': '10',
    'content-disposition': `inline; filename="${stored.name}"`,
    'accept-ranges': 'bytes',
    etag: `"${stored.name.slice(0, 24)}"`,
    'cache-control': 'private, max-age=3600, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
  });
  expect(await bodyOf(await requestFor(stored))).toBe('0123456789');
});

test('a cache may keep a picture no longer than its link lives', async () => {
  nowMs += 3_590_500;
  expect((await gallery.fetch(await requestFor(stored))).headers['cache-control']).toBe(
    'private, max-age=9, immutable',
  );
});

test.each([
  ['bytes=0-3', 206, 'bytes 0-3/10', '0123', '4'],
  ['bytes=8-', 206, 'bytes 8-9/10', '89', '2'],
  ['bytes=-4', 206, 'bytes 6-9/10', '6789', '4'],
  ['bytes=5-500', 206, 'bytes 5-9/10', '56789', '5'],
  ['bytes=10-', 416, 'bytes */10', '', '0'],
  ['bytes=-0', 416, 'bytes */10', '', '0'],
  ['bytes=0-1,3-4', 200, undefined, '0123456789', '10'],
  ['nonsense', 200, undefined, '0123456789', '10'],
])('range %j is answered %i', async (range, status, contentRange, body, contentLength) => {
  const answer = await gallery.fetch(await requestFor(stored, { range }));
  expect(answer.status).toBe(status);
  expect(answer.headers['content-range']).toBe(contentRange);
  expect(answer.headers['content-length']).toBe(contentLength);
  for await (const _piece of answer.bytes ?? []) break;
  expect(await bodyOf(await requestFor(stored, { range }))).toBe(body);
  await expect.poll(() => openBlobs).toBe(0);
});

test('HEAD answers the length of the whole, without a body and without reading ranges', async () => {
  const answer = await gallery.fetch(await requestFor(stored, { method: 'HEAD', range: 'bytes=0-3' }));
  expect(answer.status).toBe(200);
  expect(answer.headers['content-length']).toBe('10');
  expect(answer.bytes).toBeUndefined();
});

test('a client that has the picture is not sent it again, and a changed one is sent whole', async () => {
  const etag = `"${stored.name.slice(0, 24)}"`;
  for (const ifNoneMatch of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = await gallery.fetch(await requestFor(stored, { ifNoneMatch }));
    expect(answer.status).toBe(304);
    expect(answer.bytes).toBeUndefined();
    expect(answer.headers['content-length']).toBeUndefined();
  }
  expect((await gallery.fetch(await requestFor(stored, { ifNoneMatch: '"other"' }))).status).toBe(200);
  expect((await gallery.fetch(await requestFor(stored, { range: 'bytes=0-1', ifRange: etag }))).status).toBe(
    206,
  );
  expect(
    (await gallery.fetch(await requestFor(stored, { range: 'bytes=0-1', ifRange: '"other"' }))).status,
  ).toBe(200);
});

test('expired, unsigned, forged, malformed and removed pictures are told in the very same words', async () => {
  const good = await requestFor(stored);
  const removed = await gallery.keep([Buffer.from('x')], 'image/webp', never);
  blobs.delete(removed.name);
  const bad: StoredPictureRequest[] = [
    { ...good, query: '' },
    { ...good, query: good.query.replace(/signature=.{5}/, 'signature=AAAAA') },
    { ...good, name: '../link-secret' },
    { ...good, name: `${'A'.repeat(24)}.png` },
    await requestFor(removed),
  ];
  const answers: unknown[] = [];
  const failure = async (request: StoredPictureRequest): Promise<void> => {
    const error = await gallery.fetch(request).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(PlantainError);
    const { code, message, param, headers } = error as PlantainError;
    answers.push({ code, message, param, headers });
  };
  for (const request of bad) await failure(request);
  nowMs += 3_600_001;
  await failure(good);
  expect(answers).toHaveLength(6);
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]).toMatchObject({ code: 'image_not_found' });
});
