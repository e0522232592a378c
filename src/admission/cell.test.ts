import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cell } from './cell.ts';

const second = 1_000_000;

test('as many as the limit pass at once, the next when one is refilled, and not a microsecond earlier', () => {
  const start = 1_795_000_000 * second;
  let tatUs = 0;
  for (const remaining of [4, 3, 2, 1, 0]) {
    const state = cell(5, tatUs, 1, start);
    expect(state).toMatchObject({ isAllowed: true, remaining, waitUs: 0 });
    tatUs = state.tatUs;
  }
  const refused = cell(5, tatUs, 1, start);
  expect(refused).toMatchObject({
    isAllowed: false,
    remaining: 0,
    waitUs: 12 * second,
    resetUs: 60 * second,
  });
  expect(cell(5, tatUs, 1, start + 12 * second - 1).isAllowed).toBe(false);
  expect(cell(5, tatUs, 1, start + 12 * second).isAllowed).toBe(true);
  expect(cell(5, tatUs, 5, start + 60 * second)).toMatchObject({ isAllowed: true, remaining: 0 });
});

test('more than the limit never fits, and an idle cell holds no more than the limit', () => {
  expect(cell(5, 0, 6, 1000 * second).isAllowed).toBe(false);
  expect(cell(5, 0, 1, 1000 * second).remaining).toBe(4);
  expect(cell(7, 0, 7, 1000 * second)).toMatchObject({ isAllowed: true, remaining: 0 });
});

test('a clock that is set back leaves a cell used up at most, and the first order fits when one is refilled', () => {
  const state = cell(5, 7200 * second, 1, 10 * second);
  expect(state).toMatchObject({ isAllowed: false, remaining: 0, waitUs: 12 * second, resetUs: 60 * second });
});

test('in any minute at most twice the limit passes, and every wait is exact', () => {
  const steps = fc.array(fc.record({ gapUs: fc.nat(30 * second), costs: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 100,
  });
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 1000 }), steps, (limit, moves) => {
      let nowUs = 1_795_000_000 * second;
      let tatUs = 0;
      const passed: { atUs: number; costs: number }[] = [];
      for (const { gapUs, costs } of moves) {
        nowUs += gapUs;
        const state = cell(limit, tatUs, costs, nowUs);
        if (state.isAllowed) {
          ({ tatUs } = state);
          passed.push({ atUs: nowUs, costs });
          continue;
        }
        expect(cell(limit, tatUs, costs, nowUs + state.waitUs - 1).isAllowed).toBe(false);
        expect(cell(limit, tatUs, costs, nowUs + state.waitUs).isAllowed).toBe(true);
      }
      for (const { atUs } of passed) {
        const inMinute = passed.filter((other) => other.atUs >= atUs && other.atUs < atUs + 60 * second);
        expect(inMinute.reduce((sum, { costs }) => sum + costs, 0)).toBeLessThanOrEqual(2 * limit);
      }
    }),
  );
});
