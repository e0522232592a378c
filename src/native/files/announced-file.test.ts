import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { announcedFile } from './announced-file.ts';

const none = { length: '', type: '' };
const codeAndParam = (document: unknown, stated: Partial<typeof none> = {}): unknown => {
  try {
    return announcedFile(document, { ...none, ...stated });
  } catch (error) {
    const { code, param, message } = error as { code: string; param: string; message: string };
    return [code, param, message];
  }
};
const refused = (param: string) => ['invalid_value', param, expect.any(String)];

describe('an announcement', () => {
  test('of every SDK is understood, in either spelling', () => {
    const known = { name: undefined, displayName: undefined, mimeType: undefined, statedBytes: undefined };
    for (const document of [undefined, {}, { file: {} }, { file: null }, { file: { name: null } }])
      expect(announcedFile(document, none)).toEqual(known);
    expect(
      announcedFile({ file: { mimeType: 'image/png', displayName: 'a', sizeBytes: '20' } }, none),
    ).toEqual({ ...known, mimeType: 'image/png', displayName: 'a', statedBytes: 20 });
    expect(
      announcedFile({ file: { mime_type: 'image/png', display_name: 'a', size_bytes: 20 } }, none),
    ).toEqual({ ...known, mimeType: 'image/png', displayName: 'a', statedBytes: 20 });
    // What Google gives out may be sent back.
    expect(
      announcedFile({ file: { name: 'files/x', state: 'ACTIVE', uri: 'https://x.example' } }, none),
    ).toEqual({ ...known, name: 'files/x' });
  });

  test('has its headers before its members, and a type that is none is left to the bytes', () => {
    const file = { mimeType: 'image/png' };
    expect(announcedFile({ file }, { length: '20', type: 'image/webp' })).toMatchObject({
      mimeType: 'image/webp',
      statedBytes: 20,
    });
    expect(announcedFile({ file }, { length: '', type: 'picture' })).toMatchObject({ mimeType: undefined });
  });

  test('that tells two lengths is refused', () => {
    const file = { sizeBytes: '20' };
    expect(announcedFile({ file }, { length: '20', type: '' }).statedBytes).toBe(20);
    expect(codeAndParam({ file }, { length: '21' })).toEqual(refused('sizeBytes'));
  });

  test('tells a length that is one, or none', () => {
    for (const length of ['-1', '1e400', '1.5', '1e3', 'many', '+1', '0x10', '99999999999999999999', '1 2'])
      expect([length, codeAndParam({}, { length })]).toEqual([
        length,
        refused('x-goog-upload-header-content-length'),
      ]);
    for (const sizeBytes of [-1, 1.5, Infinity, 'many', '-1', '', true, [], {}, 2 ** 53])
      expect([sizeBytes, codeAndParam({ file: { sizeBytes } })]).toEqual([sizeBytes, refused('sizeBytes')]);
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        expect(announcedFile({}, { length: String(bytes), type: '' }).statedBytes).toBe(bytes);
        expect(announcedFile({ file: { sizeBytes: bytes } }, none).statedBytes).toBe(bytes);
      }),
    );
  });

  test('with a name that Google does not have is refused in its words, at either place', () => {
    expect(codeAndParam({ fiel: {} })).toEqual([
      'invalid_value',
      'fiel',
      'Invalid JSON payload received. Unknown name "fiel": Cannot find field.',
    ]);
    expect(codeAndParam({ file: { display: 'a' } })).toEqual([
      'invalid_value',
      'display',
      'Invalid JSON payload received. Unknown name "display" at \'file\': Cannot find field.',
    ]);
  });

  test('whose members are of another type, or too long, is refused', () => {
    expect(codeAndParam([])).toEqual(['invalid_json', undefined, expect.any(String)]);
    for (const file of ['x', 5, []]) expect(codeAndParam({ file })).toEqual(refused('file'));
    for (const name of ['name', 'displayName', 'mimeType'])
      expect(codeAndParam({ file: { [name]: 5 } })).toEqual(refused(name));
    expect(codeAndParam({ file: { displayName: 'x'.repeat(513) } })).toEqual(refused('displayName'));
    expect(announcedFile({ file: { displayName: 'x'.repeat(512) } }, none).displayName).toHaveLength(512);
  });
});
