import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Base64Image } from '../bytes/base64-image.ts';
import { CapturedText } from '../bytes/captured-text.ts';
import type { FormFile, ImageRequest, RequestBody } from '../journey/image-request.ts';
import { digestRequest } from './digest-request.ts';

const request = { operation: 'edit', pathModel: undefined } as ImageRequest;
const json = (document: unknown): RequestBody => ({ kind: 'json', document });
const digest = (body: RequestBody, more: Partial<ImageRequest> = {}) =>
  digestRequest({ ...request, ...more }, body);
const picture = (text: string, cut = text.length) =>
  new Base64Image([Buffer.from(text.slice(0, cut)), Buffer.from(text.slice(cut))]);
const file = (field: string, text: string, more: Partial<FormFile> = {}): FormFile => ({
  field,
  filename: 'x.png',
  contentType: 'image/png',
  base64: picture(text),
  byteLength: 1,
  ...more,
});
const form = (fields: [string, string][], files: FormFile[] = []): RequestBody => ({
  kind: 'multipart',
  form: { fields: fields.map(([name, value]) => ({ name, value })), files },
});

/** The same document with the members of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

test('the order of members does not count', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (document) => {
      expect(await digest(json(reversed(document)))).toBe(await digest(json(document)));
    }),
  );
});

test('documents that differ have other digests', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (one, other) => {
      fc.pre(JSON.stringify(sorted(one)) !== JSON.stringify(sorted(other)));
      expect(await digest(json(one))).not.toBe(await digest(json(other)));
    }),
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)]);
}

test('operation and path count, and a text is no number', async () => {
  const same = await digest(json({ prompt: 'a fox' }));
  expect(await digest(json({ prompt: 'a fox' }), { operation: 'generate' })).not.toBe(same);
  expect(await digest(json({ prompt: 'a fox' }), { pathModel: 'gpt-image-1' })).not.toBe(same);
  expect(await digest(json({ n: 1 }))).not.toBe(await digest(json({ n: '1' })));
});

test('a picture counts by its characters, however they arrived', async () => {
  const of = (text: string, cut?: number) => digest(json({ image: new CapturedText(picture(text, cut)) }));
  expect(await of('AAAABBBB', 3)).toBe(await of('AAAABBBB', 5));
  expect(await of('AAAABBBB')).not.toBe(await of('AAAABBBC'));
  expect(await of('AAAABBBB')).not.toBe(await digest(json({ image: 'AAAABBBB' })));
});

test('of a picture longer than a turn every byte counts', async () => {
  const bytes = Buffer.alloc(5 * 1024 * 1024, 'A');
  const of = (at: number) => {
    const copy = Buffer.from(bytes);
    copy[at] = 0x42;
    return digest(json({ image: new CapturedText(new Base64Image([copy])) }));
  };
  const digests = await Promise.all([0, 2 * 1024 * 1024, bytes.length - 1].map(of));
  expect(new Set(digests).size).toBe(3);
});

test('of a form neither the order of its names nor the names of files count, but that of files of one name does', async () => {
  const one = await digest(
    form(
      [
        ['prompt', 'a hat'],
        ['n', '1'],
      ],
      [file('image', 'AAAA'), file('mask', 'CCCC'), file('image', 'BBBB')],
    ),
  );
  const fields: [string, string][] = [
    ['n', '1'],
    ['prompt', 'a hat'],
  ];
  const renamed = { filename: 'tmp123', contentType: undefined };
  expect(
    await digest(form(fields, [file('mask', 'CCCC', renamed), file('image', 'AAAA'), file('image', 'BBBB')])),
  ).toBe(one);
  expect(
    await digest(form(fields, [file('mask', 'CCCC'), file('image', 'BBBB'), file('image', 'AAAA')])),
  ).not.toBe(one);
  expect(await digest(form([['prompt', 'a hat']], [file('image', 'AAAA')]))).not.toBe(
    await digest(form([['prompt', 'a hat']], [file('mask', 'AAAA')])),
  );
});

test('a large picture, in one piece or in many, leaves the others a turn every 2 MiB', async () => {
  const turnsBeside = async (slices: readonly Buffer[]): Promise<number> => {
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      if (isOver) return;
      turns++;
      setImmediate(count);
    };
    setImmediate(count);
    await digest(json({ image: new CapturedText(new Base64Image(slices)) }));
    isOver = true;
    return turns;
  };
  const mebibyte = Buffer.alloc(1024 * 1024, 'A');
  expect(await turnsBeside(Array.from({ length: 5 }, () => mebibyte))).toBe(2);
  expect(await turnsBeside([Buffer.alloc(5 * 1024 * 1024, 'A')])).toBe(2);
  expect(await turnsBeside([mebibyte])).toBe(0);
});
