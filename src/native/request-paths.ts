import type { PathMap } from '../bytes/path-map.ts';

const contentKeys = new Map([['parts', 'parts']]);
const partKeys = new Map([
  ['inlineData', 'inlineData'],
  ['inline_data', 'inlineData'],
  ['thoughtSignature', 'signature'],
  ['thought_signature', 'signature'],
]);

/**
 * The way to the pictures and signatures of a request, in both spellings, with one object in place of a list: they stay
 * bytes from socket to socket.
 */
export const requestPaths: PathMap = {
  keys: new Map([
    [
      'root',
      new Map([
        ['contents', 'contents'],
        ['systemInstruction', 'content'],
        ['system_instruction', 'content'],
        ['generateContentRequest', 'root'],
        ['generate_content_request', 'root'],
      ]),
    ],
    ['contents', contentKeys],
    ['content', contentKeys],
    ['parts', partKeys],
    ['part', partKeys],
    ['inlineData', new Map([['data', 'data']])],
  ]),
  elements: new Map([
    ['contents', 'content'],
    ['parts', 'part'],
  ]),
  captures: new Map([
    ['data', 'base64'],
    ['signature', 'base64'],
  ]),
  drops: new Set(),
};
