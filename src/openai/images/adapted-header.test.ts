import fc from 'fast-check';
import { validateHeaderValue } from 'node:http';
import { parseList, Token } from 'structured-headers';
import { describe, expect, test } from 'vitest';
import type { Adaptation } from '../../journey/image-order.ts';
import { adaptedHeader } from './adapted-header.ts';

/** The header as somebody else's parser of RFC 9651 reads it. */
function parsed(header: string): Adaptation[] {
  return parseList(header).map(([item, parameters]) => {
    const text = (value: unknown): string => (value instanceof Token ? value.toString() : (value as string));
    const rest = Object.fromEntries([...parameters].map(([name, value]) => [name, text(value)]));
    return { parameter: text(item), ...rest } as unknown as Adaptation;
  });
}

const plain = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 100,
});
const adaptationOf = (text: fc.Arbitrary<string>): fc.Arbitrary<Adaptation> =>
  fc.record(
    {
      parameter: text,
      action: fc.constantFrom('ignored' as const, 'mapped' as const, 'partial' as const),
      from: text,
      to: text,
      reason: text,
    },
    { requiredKeys: ['parameter', 'action'] },
  );

test('is not sent when nothing was adapted', () => {
  expect(adaptedHeader([])).toBeUndefined();
});

test('reads as the documentation shows it', () => {
  expect(
    adaptedHeader([
      { parameter: 'size', action: 'mapped', from: '512x512', to: '1024x1024' },
      { parameter: 'style', action: 'ignored', reason: 'no-effect' },
      { parameter: 'n', action: 'partial', from: '3', to: '2', reason: 'moderation_blocked' },
      { parameter: 'svg[model]', action: 'ignored', reason: 'no-effect' },
    ]),
  ).toBe(
    'size;action=mapped;from="512x512";to="1024x1024", style;action=ignored;reason=no-effect, ' +
      'n;action=partial;from="3";to="2";reason=moderation_blocked, "svg[model]";action=ignored;reason=no-effect',
  );
});

describe('a parser of RFC 9651', () => {
  test('reads back everything that printable ASCII can hold', () => {
    fc.assert(
      fc.property(fc.array(adaptationOf(plain), { minLength: 1, maxLength: 5 }), (adaptations) => {
        expect(parsed(adaptedHeader(adaptations) ?? '')).toEqual(adaptations);
      }),
      { numRuns: 500 },
    );
  });

  test('understands the header whatever callers name their fields, and so does HTTP', () => {
    const any = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(fc.array(adaptationOf(any), { minLength: 1, maxLength: 5 }), (adaptations) => {
        const header = adaptedHeader(adaptations) ?? '';
        expect(header).toMatch(/^[\x20-\x7e]*$/);
        validateHeaderValue('plantain-adapted', header);
        expect(parsed(header).map(({ action }) => action)).toEqual(adaptations.map(({ action }) => action));
      }),
      { numRuns: 500 },
    );
  });

  test('can be held by proxies: many and long ones are cut', () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({
      parameter: `${'x'.repeat(5000)}${index}`,
      action: 'ignored' as const,
    }));
    const header = adaptedHeader(many) ?? '';
    expect(header.length).toBeLessThanOrEqual(4096);
    const items = parsed(header);
    expect(items.length).toBeGreaterThan(20);
    expect(items.at(-1)).toEqual({ parameter: '*', action: 'omitted', count: 1000 - (items.length - 1) });
  });

  test('finds every adaptation in the header or counted in its last item, up to the very limit', () => {
    const item = (characters: number): Adaptation => ({
      parameter: 'x'.repeat(characters),
      action: 'ignored',
    });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 20, maxLength: 80, size: 'max' }),
        (lengths) => {
          const header = adaptedHeader(lengths.map(item)) ?? '';
          expect(header.length).toBeLessThanOrEqual(4096);
          const items = parsed(header);
          const last = items.at(-1) as { action: string; count?: number };
          const told = items.length + (last.action === 'omitted' ? (last.count ?? 0) - 1 : 0);
          expect(told).toBe(lengths.length);
          const whole = lengths.reduce((sum, length) => sum + length + ';action=ignored, '.length, -2);
          expect(last.action === 'omitted').toBe(whole > 4096);
        },
      ),
    );
  });
});
