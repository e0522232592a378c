import { describe, expect, test } from 'vitest';
import type { PathMap } from '../../bytes/path-map.ts';
import { JsonDocuments } from './json-documents.ts';

const paths: PathMap = {
  keys: new Map([['root', new Map([['data', 'picture']])]]),
  elements: new Map(),
  captures: new Map([['picture', 'base64']]),
  drops: new Set(),
};

function reading() {
  const found: unknown[] = [];
  const documents = new JsonDocuments(paths, (document) => found.push(document));
  const push = (text: string, start = 0, end = Buffer.byteLength(text)): void =>
    documents.push(Buffer.from(text), start, end);
  return { found, documents, push };
}

describe('the objects in a text', () => {
  test('are handed on with their last bracket, not at the end of the text', () => {
    const { found, push } = reading();
    push('[{"a":1');
    expect(found).toEqual([]);
    push('}');
    expect(found).toEqual([{ a: 1 }]);
    push(',{"b":[{}]} {"c"');
    expect(found).toEqual([{ a: 1 }, { b: [{}] }]);
    push(':"}"}]');
    expect(found).toEqual([{ a: 1 }, { b: [{}] }, { c: '}' }]);
  });

  test('are looked for in the given span alone', () => {
    const { found, push } = reading();
    push('{"x":1}{"a":1}{"y":1}', 7, 14);
    push('{"x":1}{"b":1}{"y":1}', 7, 10);
    push('{"x":1}{"b":1}{"y":1}', 10, 14);
    expect(found).toEqual([{ a: 1 }, { b: 1 }]);
  });

  test('cost a broken one the rest of its text, and no more', () => {
    const { found, documents, push } = reading();
    push('{"a":1}{oops {"b":2}');
    push('{"c":3}');
    documents.endText();
    expect([found, documents.count]).toEqual([[{ a: 1 }], 1]);
    expect(documents.failure).toBeInstanceOf(SyntaxError);
    push('{"d":4}');
    documents.endText();
    expect([found, documents.count]).toEqual([[{ a: 1 }, { d: 4 }], 2]);
  });

  test('that are cut at the end of their text do not go on in the next', () => {
    const { found, documents, push } = reading();
    push('{"a":');
    documents.endText();
    push('1}{"b":2}');
    expect(found).toEqual([{ b: 2 }]);
    expect(documents.failure).toEqual(new SyntaxError('a document is cut'));
  });

  test('keep the reason of the first broken one', () => {
    const { documents, push } = reading();
    push('{oops}');
    const first = documents.failure;
    expect(first).toBeInstanceOf(SyntaxError);
    documents.endText();
    push('{"a":');
    documents.endText();
    expect(documents.failure).toBe(first);
  });

  test('are none in what has no brace', () => {
    const { found, documents, push } = reading();
    push('"text", 5, null, [1, 2]');
    documents.endText();
    expect([found, documents.count, documents.failure]).toEqual([[], 0, undefined]);
  });
});
