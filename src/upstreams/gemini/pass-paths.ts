import type { PathMap } from '../../bytes/path-map.ts';
import { answerPaths } from './answer-paths.ts';

/** As `answerPaths`, with signatures kept: a caller sends them back, and they tell whose answer it was. */
export const passPaths: PathMap = {
  ...answerPaths,
  captures: new Map([...answerPaths.captures, ['signature', 'base64']]),
  drops: new Set(),
};
