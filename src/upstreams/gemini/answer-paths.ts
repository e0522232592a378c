import type { PathMap } from '../../bytes/path-map.ts';

/** What relays put an answer into; batches too. */
export const wrapperNames = ['response', 'result', 'data', 'body', 'output'] as const;

const candidateKeys = new Map([['content', 'content']]);
const partKeys = new Map([
  ['text', 'text'],
  ['inlineData', 'inlineData'],
  ['inline_data', 'inlineData'],
  ['fileData', 'fileData'],
  ['file_data', 'fileData'],
  ['thoughtSignature', 'signature'],
  ['thought_signature', 'signature'],
]);

/**
 * The way to `candidates[].content.parts[].inlineData.data`, in both spellings, with one object in place of a list, and
 * inside a wrapper; and to the texts, where some put the picture as a data: URL (docs/contracts/gemini.md#answer).
 * `thoughtSignature` can be as large as the picture and means nothing to a one-shot caller
 * (docs/contracts/gemini.md#thought-signatures).
 */
export const answerPaths: PathMap = {
  keys: new Map([
    ['root', new Map([['candidates', 'candidates'], ...wrapperNames.map((name) => [name, 'root'] as const)])],
    ['candidates', candidateKeys],
    ['candidate', candidateKeys],
    ['content', new Map([['parts', 'parts']])],
    ['parts', partKeys],
    ['part', partKeys],
    ['inlineData', new Map([['data', 'imageData']])],
    [
      'fileData',
      new Map([
        ['fileUri', 'text'],
        ['file_uri', 'text'],
      ]),
    ],
  ]),
  elements: new Map([
    ['root', 'root'],
    ['candidates', 'candidate'],
    ['content', 'part'],
    ['parts', 'part'],
  ]),
  captures: new Map([
    ['imageData', 'base64'],
    ['text', 'prose'],
  ]),
  drops: new Set(['signature']),
};

/** As `answerPaths`, with signatures kept: a caller sends them back, and they tell whose answer it was. */
export const passPaths: PathMap = {
  ...answerPaths,
  captures: new Map([...answerPaths.captures, ['signature', 'base64']]),
  drops: new Set(),
};
