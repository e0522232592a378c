import { expect, test } from 'vitest';
import { maxErrorTextBytes, readErrorDocument } from './error-document.ts';

const read = (text: string | Buffer): unknown =>
  readErrorDocument<unknown>(
    Buffer.from(text),
    (document) => ({ document }),
    (told) => ({ text: told }),
  );

test.each<[string, unknown]>([
  ['{"error":{"code":5}}', { document: { error: { code: 5 } } }],
  [' [1]', { document: [1] }],
  ['  <html>no</html>', { text: '<html>no</html>' }],
  ['{"cut":', { text: '{"cut":' }],
  ['', { text: '' }],
])('the body %j of an error is read as JSON where it is, and else as text', (body, told) => {
  expect(read(body)).toEqual(told);
});

test('one that is too deep is a text, and a long text is read as far as it may be', () => {
  const deep = '['.repeat(300);
  expect(read(deep)).toEqual({ text: deep });
  expect(read('x'.repeat(maxErrorTextBytes + 1))).toEqual({ text: 'x'.repeat(262_144) });
});

test('what the reader throws is not taken for a broken body', () => {
  const fault = new SyntaxError('of the reader');
  const throwing = (): never => {
    throw fault;
  };
  expect(() => readErrorDocument(Buffer.from('{}'), throwing, () => 'text')).toThrow(fault);
});
