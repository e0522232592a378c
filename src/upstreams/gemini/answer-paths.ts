import type { PathMap } from '../../bytes/path-map.ts';

/**
 * The way to `candidates[].content.parts[].inlineData.data`, in both spellings. `thoughtSignature` can be as
 * large as the picture and means nothing to a one-shot caller (docs/contracts/gemini.md#thought-signatures).
 */
export const answerPaths: PathMap = {
  keys: new Map([
    ['root', new Map([['candidates', 'candidates']])],
    ['candidate', new Map([['content', 'content']])],
    ['content', new Map([['parts', 'parts']])],
    [
      'part',
      new Map([
        ['inlineData', 'inlineData'],
        ['inline_data', 'inlineData'],
        ['thoughtSignature', 'signature'],
        ['thought_signature', 'signature'],
      ]),
    ],
    ['inlineData', new Map([['data', 'imageData']])],
  ]),
  elements: new Map([
    ['candidates', 'candidate'],
    ['parts', 'part'],
  ]),
  captures: new Map([['imageData', 'base64']]),
  drops: new Set(['signature']),
};
