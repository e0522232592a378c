import { describe, expect, test } from 'vitest';
import { readPartHeaders } from './part-headers.ts';

const read = (...lines: readonly string[]) => readPartHeaders(Buffer.from(lines.join('\r\n')));
const named = (rest: string) => read(`Content-Disposition: form-data; name="image"${rest}`);
const refusal = (code: string, param?: string) => expect.objectContaining({ code, param }) as Error;

describe('the headers of a part', () => {
  test('say its name, its file and its type, in any case and spacing', () => {
    expect(
      read(
        'CONTENT-DISPOSITION :  form-data; name="image"; filename="a.png" ',
        'content-type:Image/PNG; Charset=Latin1',
      ),
    ).toEqual({ name: 'image', filename: 'a.png', contentType: 'image/png', charset: 'Latin1' });
    expect(named('')).toEqual({
      name: 'image',
      filename: undefined,
      contentType: undefined,
      charset: undefined,
    });
  });

  test('may go on in a further line, end in line feeds alone, and have lines between that are none', () => {
    const block =
      'content-disposition: form-data;\n\tname="a b"\nno header\n: nothing\ncontent-type: text/plain\n';
    expect(readPartHeaders(Buffer.from(block))).toMatchObject({ name: 'a b', contentType: 'text/plain' });
  });

  test('of several of one name count by the last', () => {
    expect(
      read('content-disposition: form-data; name="image"', 'content-type: a/b', 'content-type: c/d')
        .contentType,
    ).toBe('c/d');
  });
});

describe('the name of a file', () => {
  test.each([
    [`; filename*=UTF-8''na%C3%AFve.png; filename="x.png"`, 'naïve.png'],
    [`; filename="x.png"; filename*=utf-8'de'%41.png`, 'A.png'],
    [`; filename*=UTF-8''%zz; filename="x.png"`, 'x.png'],
    [`; filename*=iso-8859-1''%E9; filename="x.png"`, 'x.png'],
    [`; filename*=xUTF-8''a; filename="x.png"`, 'x.png'],
    [`; filename*=UTF-8''`, ''],
    [`; filename=""`, ''],
  ])('%s is %s', (rest, filename) => {
    expect(named(rest).filename).toBe(filename);
  });
});

describe('a part', () => {
  test.each([
    'content-disposition: form-data',
    'content-disposition: form-data; name=""',
    'content-type: image/png',
    '',
  ])('that says %j has no name, and is refused', (line) => {
    expect(() => read(line)).toThrow(refusal('malformed_request'));
  });

  test('has a name of 256 characters at most', () => {
    const of = (length: number) => () => read(`content-disposition: form-data; name="${'n'.repeat(length)}"`);
    expect(of(256)().name).toHaveLength(256);
    expect(of(257)).toThrow(refusal('malformed_request'));
  });

  test.each(['base64', 'Quoted-Printable'])('sent as %s is refused by its name, which is cut', (coding) => {
    const name = 'n'.repeat(100);
    const sent = () =>
      read(`content-disposition: form-data; name="${name}"`, `content-transfer-encoding: ${coding}`);
    expect(sent).toThrow(refusal('invalid_value', name));
    expect(sent).toThrow(
      `'${'n'.repeat(64)}' is sent with content-transfer-encoding ${coding.toLowerCase()}`,
    );
  });

  test.each(['binary', '8bit', '7bit'])('sent as %s is taken as it is', (coding) => {
    const lines = ['content-disposition: form-data; name="image"', `content-transfer-encoding: ${coding}`];
    expect(read(...lines).name).toBe('image');
  });
});
