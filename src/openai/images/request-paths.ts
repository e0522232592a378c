import type { PathMap } from '../../bytes/path-map.ts';
import { camelCase } from '../../kernel/snake-case.ts';
import { imageNames, maskNames } from './picture-names.ts';

const pictureKeys: readonly (readonly [string, string])[] = [
  ['image_url', 'picture'],
  ['url', 'text'],
  ['b64_json', 'text'],
  ['data', 'text'],
];

/**
 * Where pictures stand in a JSON edit, in the forms clients use: `images: [{image_url}]`, `image: "…"`,
 * `mask: {image_url}` and the like. They stay bytes, so that a large edit costs no strings.
 */
export const editPaths: PathMap = {
  keys: new Map([
    [
      'root',
      new Map(
        ['image[]', ...imageNames, ...maskNames].flatMap((name) =>
          [name, camelCase(name)].map((key) => [key, 'picture'] as const),
        ),
      ),
    ],
    ['picture', new Map(pictureKeys)],
  ]),
  elements: new Map([['picture', 'picture']]),
  captures: new Map([
    ['picture', 'text'],
    ['text', 'text'],
  ]),
  drops: new Set(),
};

/** A generation carries no pictures, so nothing of it is kept apart. */
export const generationPaths: PathMap = {
  keys: new Map(),
  elements: new Map(),
  captures: new Map(),
  drops: new Set(),
};
