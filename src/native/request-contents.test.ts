import { describe, expect, test } from 'vitest';
import { JsonScanner } from '../bytes/json-scanner.ts';
import type { Members } from './members.ts';
import { readContents, replaceSignatures } from './request-contents.ts';
import { requestPaths } from './request-paths.ts';

/** A body as the server hands it on: pictures and signatures captured. */
function parsed(body: object): Members {
  const scanner = new JsonScanner(requestPaths);
  scanner.push(Buffer.from(JSON.stringify(body)));
  return scanner.end() as Members;
}
const read = (body: object) => readContents(parsed(body));
const turn = (...parts: object[]) => ({ contents: [{ role: 'user', parts }] });
const png = { mimeType: 'image/png', data: 'AAAA' };
const refused = (words: string) =>
  expect.objectContaining({
    code: 'invalid_value',
    param: 'contents',
    message: expect.stringContaining(words) as string,
  }) as Error;

describe('the contents of a request', () => {
  test('have all texts, of the instruction too', () => {
    const body = { ...turn({ text: 'a' }, { text: 'b' }), systemInstruction: { parts: { text: 'c' } } };
    expect(read(body).prompt).toBe('a\nb\nc');
    expect(read({ contents: { parts: [{ text: 5 }, 'x', { text: 'd' }] } }).prompt).toBe('d');
  });

  test.each<[string, object]>([
    ['as usual', turn({ inlineData: png })],
    ['in snake case', turn({ inline_data: { mime_type: 'image/png', data: 'AAAA' } })],
    ['as one turn', { contents: { parts: [{ inlineData: png }] } }],
    ['as one part', { contents: [{ parts: { inlineData: png } }] }],
    ['in the instruction', { system_instruction: { parts: [{ inlineData: png }] } }],
  ])('have a picture, written %s', (_how, body) => {
    const { pictures, hasOtherMedia } = read(body);
    expect(pictures.map(({ mimeType, data }) => [mimeType, data.characters?.length])).toEqual([
      ['image/png', 4],
    ]);
    expect(hasOtherMedia).toBe(false);
  });

  test.each(['video/mp4', 'application/pdf', 'x-image/png', ''])(
    'have media of another kind: "%s"',
    (mimeType) => {
      expect(read(turn({ inlineData: { ...png, mimeType } }))).toMatchObject({
        hasOtherMedia: true,
        pictures: [],
      });
    },
  );

  test('may have a picture whose type is in capitals', () => {
    expect(read(turn({ inlineData: { ...png, mimeType: 'IMAGE/PNG' } })).pictures).toHaveLength(1);
  });

  test('have no data and no signature that is no base64', () => {
    for (const data of ['!!', undefined, 5, {}])
      expect(() => read(turn({ inlineData: { ...png, data } }))).toThrow(refused('parts.inline_data.data'));
    for (const thoughtSignature of ['!!', 5])
      expect(() => read(turn({ thoughtSignature }))).toThrow(refused('parts.thought_signature'));
  });

  test('get the role that a turn without one means', () => {
    const body = parsed({ contents: [{ parts: [] }, { role: '', parts: [] }, { role: 'model' }, 'x'] });
    readContents(body);
    expect(body['contents']).toMatchObject([{ role: 'user' }, { role: 'user' }, { role: 'model' }, 'x']);
  });
});

describe('thought signatures', () => {
  const said = (role: string, ...signatures: string[]) => ({
    role,
    parts: signatures.map((thoughtSignature) => ({ thoughtSignature })),
  });
  const lastOf = (...contents: object[]) => read({ contents }).lastSignature;

  test('are known by the first one of the model’s last turn', () => {
    expect(lastOf(said('user', 'AAAA'))).toBeUndefined();
    const one = lastOf(said('model', 'AAAA', 'BBBB'));
    expect(one).toBe(lastOf(said('model', 'AAAA')));
    expect(one).not.toBe(lastOf(said('model', 'BBBB')));
    expect(lastOf(said('model', 'BBBB'), said('user', 'CCCC'), said('model', 'AAAA'), said('user'))).toBe(
      one,
    );
    expect(lastOf(said('model', 'AAAA'), said('model'))).toBeUndefined();
  });

  test('are all replaced for an upstream that cannot read them, and nothing else is', () => {
    const body = parsed({
      contents: [
        { role: 'user', parts: [{ text: 'a', thought_signature: 'AAAA' }] },
        { role: 'model', parts: [{ thoughtSignature: 'BBBB' }, { text: 'b' }] },
      ],
    });
    replaceSignatures(readContents(body));
    const placeholder = 'skip_thought_signature_validator';
    expect(body).toEqual({
      contents: [
        { role: 'user', parts: [{ text: 'a', thought_signature: placeholder }] },
        { role: 'model', parts: [{ thoughtSignature: placeholder }, { text: 'b' }] },
      ],
    });
  });
});

describe('files', () => {
  const file = { fileUri: 'files/x', mimeType: 'image/png' };

  test('are found in parts, in either spelling, as what they are', () => {
    expect(read(turn({ fileData: file })).files).toEqual([
      { part: { fileData: file }, uri: 'files/x', mimeType: 'image/png', isNested: false },
    ]);
    const snake = { file_data: { file_uri: 'files/y' } };
    expect(read(turn(snake)).files).toMatchObject([{ uri: 'files/y', mimeType: undefined, isNested: false }]);
    expect(read(turn({ fileData: { fileUri: 5 } })).files).toMatchObject([{ uri: '' }]);
  });

  test('are found wherever else they are named', () => {
    const response = { parts: [{ list: [[{ fileData: file }]] }] };
    expect(read(turn({ functionResponse: response })).files).toMatchObject([
      { uri: 'files/x', isNested: true },
    ]);
    expect(read({ systemInstruction: { parts: [{ fileData: file }] } }).files).toHaveLength(1);
  });
});
