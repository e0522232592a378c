import { describe, expect, test } from 'vitest';
import { CapturedText } from '../../bytes/captured-text.ts';
import { decodeBase64 } from '../../bytes/decode-base64.ts';
import type { Caller } from '../../journey/image-order.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import type { NativeParts } from '../native-parts.ts';
import { inlineFiles } from './inline-files.ts';

const caller: Caller = { keyId: 'mine', keyName: 'mine', projectId: 'proj', strict: false };
const lost = new Error('its bytes are gone');

/** What is there: `files/pic` of ten bytes, and `files/lost`, whose bytes cannot be read. */
const files = {
  find: async ({ keyId }: Caller, name: string) => ({
    name: `${keyId}/${name}`,
    sizeBytes: 10,
    mimeType: 'image/png',
  }),
  read: async ({ name }: { readonly name: string }) => {
    if (name !== 'mine/pic') throw lost;
    return Buffer.from('0123456789');
  },
};

async function inline(
  parts: readonly { uri: string; mimeType?: string; isNested?: boolean; snake?: boolean }[],
  remoteFiles = false,
) {
  const named = parts.map(({ uri, mimeType, isNested = false, snake = false }) => ({
    part: { text: 'kept', [snake ? 'file_data' : 'fileData']: { fileUri: uri } } as Record<string, unknown>,
    uri,
    mimeType,
    isNested,
  }));
  /** What is done about memory, in order. */
  const steps: string[] = [];
  const memory = {
    reserve: async (bytes: number, _signal: AbortSignal, maxWaitMs: number) => {
      steps.push(`reserve ${bytes} within ${maxWaitMs}`);
      return () => void steps.push('give back');
    },
    count: (bytes: number) => void steps.push(`count ${bytes}`),
  };
  const isChanged = await inlineFiles(
    { files, rules: { remoteFiles } } as unknown as NativeParts,
    named,
    caller,
    { memory, signal: new AbortController().signal } as unknown as OrderScope,
  ).catch((thrown: unknown) => ({ thrown, steps }));
  return { isChanged, parts: named.map(({ part }) => part), steps };
}

const refusal = (words: string) => ({
  thrown: expect.objectContaining({
    code: 'invalid_value',
    message: expect.stringContaining(words) as string,
  }) as Error,
  steps: [],
});

describe('a file of the caller’s', () => {
  test.each([
    'files/pic',
    'https://gw.example/v1beta/files/pic',
    'http://127.0.0.1:4747/v1/files/pic',
    'https://gw.example/behind/a/proxy/v1alpha/files/pic',
  ])('named %s stands in the request with its bytes, in place of its name', async (uri) => {
    const { isChanged, parts } = await inline([{ uri }]);
    expect(isChanged).toBe(true);
    const [part] = parts;
    expect(part).toEqual({
      text: 'kept',
      inlineData: { mimeType: 'image/png', data: expect.any(CapturedText) as object },
    });
    const { data } = part!['inlineData'] as { data: CapturedText };
    expect(decodeBase64(data.characters!).toString()).toBe('0123456789');
  });

  test('is of the type that the request says, and may be named in snake case', async () => {
    const { parts } = await inline([{ uri: 'files/pic', mimeType: 'image/webp', snake: true }]);
    expect(parts).toEqual([
      { text: 'kept', inlineData: { mimeType: 'image/webp', data: expect.any(CapturedText) as object } },
    ]);
  });

  test('waits for memory for its bytes and their base64; of these the base64 stays counted', async () => {
    const { steps } = await inline([{ uri: 'files/pic' }]);
    expect(steps).toEqual(['reserve 24 within 30000', 'give back', 'count 14']);
  });

  test('whose bytes are gone ends the request, and what was reserved for it is given back', async () => {
    const { isChanged } = await inline([{ uri: 'files/lost' }]);
    expect(isChanged).toMatchObject({
      thrown: lost,
      steps: expect.arrayContaining(['give back']) as string[],
    });
  });

  test('inside the answer of a function is refused', async () => {
    const { isChanged } = await inline([{ uri: 'files/pic', isNested: true }]);
    expect(isChanged).toEqual(refusal('part of a turn only'));
  });
});

describe('an address elsewhere', () => {
  test.each([
    'https://a.example/x.png',
    'HTTPS://a.example/v1beta/files/pic?x=1',
    'https://a.example/files/pic',
  ])('%s is left to the upstream where the operator allows it, and refused otherwise', async (uri) => {
    const { isChanged, parts } = await inline([{ uri }], true);
    expect(isChanged).toBe(false);
    expect(parts).toEqual([{ text: 'kept', fileData: { fileUri: uri } }]);
    expect((await inline([{ uri }])).isChanged).toEqual(refusal('native.remote_files'));
  });

  test('leaves the files behind it to be put in all the same', async () => {
    const { isChanged, parts } = await inline([{ uri: 'https://a.example/x' }, { uri: 'files/pic' }], true);
    expect(isChanged).toBe(true);
    expect(parts.map((part) => Object.keys(part))).toEqual([
      ['text', 'fileData'],
      ['text', 'inlineData'],
    ]);
  });

  test.each(['gs://bucket/x.png', 'GS://bucket/x.png'])('%s is never taken', async (uri) => {
    for (const remoteFiles of [false, true])
      expect((await inline([{ uri }], remoteFiles)).isChanged).toEqual(refusal("operator's rights"));
  });

  test.each([
    'http://a.example/x.png',
    'file:///etc/passwd',
    '',
    'pic',
    'xfiles/pic',
    'files/pic/x',
    'xhttps://a',
    'xgs://b',
  ])('%s is no file', async (uri) => {
    expect((await inline([{ uri }], true)).isChanged).toEqual(refusal('as the upload answered it'));
  });
});
