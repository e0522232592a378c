import { expect, test } from 'vitest';
import { encodeBase64 } from '../../bytes/encode-base64.ts';
import type { RequestBody } from '../../journey/image-request.ts';
import type { FetchScope } from '../../journey/reference-fetcher.ts';
import { plainScope } from '../../../test/support/plain-scope.ts';
import { readReferences, type ReferenceTools } from './read-references.ts';

const bytes = Buffer.alloc(300, 7);
const links = (count: number): RequestBody => ({
  kind: 'json',
  document: { image: Array.from({ length: count }, (_, index) => `https://pictures.test/${index}.png`) },
});

/** Fetching that spends what the picture has, and tells what it was given. */
function tools(onFetch: (scope: FetchScope) => void, maxLinkedBytes: number): ReferenceTools {
  return {
    inspectReference: () => ({ mimeType: 'image/png', size: { widthPx: 1, heightPx: 1 }, hasAlpha: false }),
    nameType: () => undefined,
    checkMask: () => undefined,
    fetchRemote: async (_url, scope) => {
      onFetch(scope);
      scope.spend(bytes.length);
      return { base64: encodeBase64(bytes), byteLength: bytes.length, contentType: 'image/png' };
    },
    maxReferenceBytes: 1000,
    maxDecodedPixels: 100,
    maxLinkedBytes,
  };
}

test("links are fetched within the memory of the order's own scope, as the server makes it", async () => {
  const scope = plainScope();
  const memories: unknown[] = [];
  const given = tools(({ memory }) => void memories.push(memory), 10_000);
  const { pictures } = await readReferences(given, 'edit', links(2), scope);
  expect(pictures.images).toHaveLength(2);
  expect(memories).toEqual([scope.memory, scope.memory]);
});

test('the pictures behind all links of an order are bounded together', async () => {
  const given = tools(() => undefined, 3 * bytes.length);
  expect((await readReferences(given, 'edit', links(3), plainScope())).pictures.images).toHaveLength(3);
  await expect(readReferences(given, 'edit', links(4), plainScope())).rejects.toMatchObject({
    code: 'body_too_large',
    param: 'image',
  });
});

test.each([
  ['image/gif', 101, 'invalid_image_file'],
  ['image/gif', 100, undefined],
  ['image/png', 101, undefined],
])('%s of %i pixels, of which 100 are decoded: %s', async (mimeType, widthPx, code) => {
  const given: ReferenceTools = {
    ...tools(() => undefined, 10_000),
    inspectReference: () => ({ mimeType, size: { widthPx, heightPx: 1 }, hasAlpha: false }),
  };
  const read = readReferences(given, 'edit', links(1), plainScope()).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (code === undefined) expect(await read).toBeUndefined();
  else expect(await read).toMatchObject({ code, param: 'image[0]' });
});
