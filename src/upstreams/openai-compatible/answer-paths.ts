import type { PathMap } from '../../bytes/path-map.ts';

/**
 * The way to `data[].b64_json` and `data[].url`, and to the `b64_json` of a streamed event
 * (docs/contracts/openai-images.md#answer). Nothing else is read as a picture: a path on the server's disk, which some
 * put beside it, goes no further.
 */
export const answerPaths: PathMap = {
  keys: new Map([
    [
      'root',
      new Map([
        ['data', 'data'],
        ['b64_json', 'picture'],
      ]),
    ],
    [
      'element',
      new Map([
        ['b64_json', 'picture'],
        ['url', 'link'],
      ]),
    ],
  ]),
  elements: new Map([['data', 'element']]),
  captures: new Map([
    ['picture', 'base64'],
    ['link', 'text'],
  ]),
  drops: new Set(),
};
