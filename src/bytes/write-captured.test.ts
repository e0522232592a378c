import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonScanner } from './json-scanner.ts';
import type { PathMap } from './path-map.ts';
import { writeCaptured } from './write-captured.ts';

const paths: PathMap = {
  keys: new Map([['root', new Map([['data', 'data']])]]),
  elements: new Map(),
  captures: new Map([['data', 'base64']]),
  drops: new Set(),
};

function rewritten(json: string): string {
  const scanner = new JsonScanner(paths);
  scanner.push(Buffer.from(json));
  return Buffer.concat(writeCaptured(scanner.end())).toString();
}

test('what is read and written again is the same document, captured strings with it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.uint8Array({ maxLength: 3000 }), (value, bytes) => {
      const document = { value, data: Buffer.from(bytes).toString('base64'), after: [value] };
      // JSON has no minus zero to give back.
      const json = JSON.stringify(document);
      expect(JSON.parse(rewritten(json))).toEqual(JSON.parse(JSON.stringify(JSON.parse(json))));
    }),
  );
});

test('a captured string that is no base64 is not written as another', () => {
  expect(() => rewritten('{"data":"!"}')).toThrow(RangeError);
});
