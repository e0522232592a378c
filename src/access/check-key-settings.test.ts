import { expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { checkKeySettings } from './check-key-settings.ts';

/** The field at fault; undefined where there is none. */
function faultOf(changes: Parameters<typeof checkKeySettings>[0]): string | undefined {
  try {
    checkKeySettings(changes);
    return undefined;
  } catch (error) {
    if (!(error instanceof PlantainError)) throw error;
    expect(error.code).toBe('invalid_value');
    return error.param ?? '';
  }
}

const times = (count: number, text: string): string[] => Array.from({ length: count }, () => text);
const tags = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, 'x']));

test('what nobody can object to', () => {
  expect(faultOf({})).toBeUndefined();
  expect(
    faultOf({ name: 'shop', allowedModels: times(100, 'm'), allowedAddresses: times(100, '::1') }),
  ).toBeUndefined();
  expect(faultOf({ allowedModels: null, allowedAddresses: null })).toBeUndefined();
  expect(faultOf({ tags: { ...tags(31), [`A-b_c.${'d'.repeat(58)}`]: 'v'.repeat(256) } })).toBeUndefined();
});

test.each([
  ['name', { name: '' }],
  ['models', { allowedModels: [] }],
  ['models', { allowedModels: times(101, 'm') }],
  ['addresses', { allowedAddresses: [] }],
  ['addresses', { allowedAddresses: times(101, '::1') }],
  ['addresses', { allowedAddresses: ['::1', 'host'] }],
  ['tags', { tags: tags(33) }],
  ['tags', { tags: { '': 'x' } }],
  ['tags', { tags: { 'a b': 'x' } }],
  ['tags', { tags: { 'ab!': 'x' } }],
  ['tags', { tags: { '!ab': 'x' } }],
  ['tags', { tags: { ['n'.repeat(65)]: 'x' } }],
  ['tags', { tags: { a: 'v'.repeat(257) } }],
])('%s at fault', (param, changes) => {
  expect(faultOf(changes)).toBe(param);
});

test('of an entry that is no address as much is told as names it', () => {
  expect(() => checkKeySettings({ allowedAddresses: ['x'.repeat(100)] })).toThrow(
    `"${'x'.repeat(64)}" is no`,
  );
});
