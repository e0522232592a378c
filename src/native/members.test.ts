import { expect, test } from 'vitest';
import { Base64Image } from '../bytes/base64-image.ts';
import { CapturedText } from '../bytes/captured-text.ts';
import { dropNulls, field, isEmpty, isMembers, listOf, membersOf, setField, spelled } from './members.ts';

const captured = new CapturedText(new Base64Image([Buffer.from('AAAA')]));

test('a field is read in either spelling, and refused in both at once', () => {
  expect([field({ fileUri: 1 }, 'fileUri'), field({ file_uri: 2 }, 'fileUri')]).toEqual([1, 2]);
  expect(field({ tools: 3 }, 'tools')).toBe(3);
  expect(field({ fileuri: 1 }, 'fileUri')).toBeUndefined();
  expect(spelled({}, 'toString')).toBeUndefined();
  expect(() => field({ fileUri: 1, file_uri: 1 }, 'fileUri')).toThrow(
    expect.objectContaining({ code: 'invalid_value', param: 'fileUri' }),
  );
});

test('a field that is changed keeps the name it was sent by', () => {
  const sent = { file_uri: 1 };
  setField(sent, 'fileUri', 2);
  expect(sent).toEqual({ file_uri: 2 });
  setField(sent, 'fileUri', undefined);
  expect(sent).toEqual({});
  setField(sent, 'fileUri', 3);
  expect(sent).toEqual({ fileUri: 3 });
});

test('an object is no list, no null and no picture', () => {
  expect([{}, { a: 1 }].every(isMembers)).toBe(true);
  expect([null, undefined, [], 'x', 5, captured].some(isMembers)).toBe(false);
  expect([membersOf({ a: 1 }), membersOf([1]), membersOf(undefined)]).toEqual([{ a: 1 }, {}, {}]);
});

test('one value is a list of one, and nothing a list of none', () => {
  expect([listOf(undefined), listOf([1]), listOf('x'), listOf(null)]).toEqual([[], [1], ['x'], [null]]);
});

test('members that are null are taken out at every depth, and elements stay', () => {
  const sent = { a: null, b: { c: null, d: [{ e: null, f: 0 }, null] }, g: '', h: captured };
  dropNulls(sent);
  expect(sent).toEqual({ b: { d: [{ f: 0 }, null] }, g: '', h: captured });
});

test('what says no more than its absence is empty, and a number is not', () => {
  for (const value of [undefined, null, '', false, [], {}])
    expect(isEmpty(value), JSON.stringify(value)).toBe(true);
  for (const value of [0, true, 'x', [0], { a: 1 }, captured]) expect(isEmpty(value)).toBe(false);
});
