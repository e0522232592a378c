import { expect, test } from 'vitest';
import { CapturedProse } from '../../bytes/captured-prose.ts';
import { CapturedText } from '../../bytes/captured-text.ts';
import { JsonScanner } from '../../bytes/json-scanner.ts';
import { answerPaths, wrapperNames } from './answer-paths.ts';

const read = (document: unknown): unknown => {
  const scanner = new JsonScanner(answerPaths);
  scanner.push(Buffer.from(JSON.stringify(document)));
  return scanner.end();
};
const answer = (part: object, isAlone = false) => {
  const parts = isAlone ? part : [part];
  const candidate = { content: { parts } };
  return { candidates: isAlone ? candidate : [candidate] };
};
const picture = { inlineData: { data: 'AAAA' } };
const kept = { inlineData: { data: expect.any(CapturedText) as unknown } };

test.each<[string, unknown, unknown]>([
  ['a list', answer(picture), answer(kept)],
  ['one object in place of a list', answer(picture, true), answer(kept, true)],
  ['a list of answers', [answer(picture)], [answer(kept)]],
  ['snake case', answer({ inline_data: { data: 'AAAA' } }), answer({ inline_data: kept.inlineData })],
  ...wrapperNames.map(
    (name) => [name, { [name]: answer(picture) }, { [name]: answer(kept) }] as [string, unknown, unknown],
  ),
])('a picture in %s is kept as bytes', (_where, document, expected) => {
  expect(read(document)).toEqual(expected);
});

test.each(['thoughtSignature', 'thought_signature'])('a %s, as large as a picture, is not kept', (name) => {
  expect(read(answer({ [name]: 'AAAA', text: 'x' }))).toMatchObject(answer({ [name]: '' }));
});

test.each([
  ['text', 'text'],
  ['fileData', 'fileUri'],
  ['file_data', 'file_uri'],
])('a data: URL in %s is kept as bytes', (name, inner) => {
  const url = 'data:image/png;base64,AAAA';
  const found = read(answer(name === 'text' ? { text: url } : { [name]: { [inner]: url } }));
  const prose = expect.any(CapturedProse) as unknown;
  expect(found).toEqual(answer(name === 'text' ? { text: prose } : { [name]: { [inner]: prose } }));
});
