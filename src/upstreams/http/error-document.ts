import { JsonScanner } from '../../bytes/json-scanner.ts';
import type { PathMap } from '../../bytes/path-map.ts';
import { smallText } from '../../bytes/small-json.ts';

const noPaths: PathMap = { keys: new Map(), elements: new Map(), captures: new Map(), drops: new Set() };
/** A text longer than this is read as far as this. */
export const maxErrorTextBytes = 256 * 1024;

/** JSON that holds no pictures. Throws SyntaxError where it is none, RangeError where it is too large or too deep. */
export function parseErrorJson(bytes: Buffer): unknown {
  const scanner = new JsonScanner(noPaths);
  scanner.push(bytes);
  return scanner.end();
}

/** Reads the body of an error, whatever it is labelled as: as JSON, else as text. */
export function readErrorDocument<Told>(
  bytes: Buffer,
  fromJson: (document: unknown) => Told,
  fromText: (text: string) => Told,
): Told {
  let document: unknown;
  try {
    document = parseErrorJson(bytes);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return fromText(smallText(bytes, maxErrorTextBytes).trimStart());
  }
  return fromJson(document);
}
