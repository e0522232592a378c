import { describe, expect, test } from 'vitest';
import { type CellFacts, type CellHealth, freshCell, nextCell, wellNow } from './cell-health.ts';
import { CallWindow } from './call-window.ts';
import { nextPacificMidnightMs } from '../kernel/pacific-midnight.ts';
import { freeQuota, nextQuota } from './quota-health.ts';
import { nextUpstream, wellUpstream } from './upstream-health.ts';

const second = 1000;
const minute = 60_000;
const facts = (fields: Partial<CellFacts> = {}): CellFacts => ({
  nowMs: 0,
  random: 0,
  reason: 'why',
  isProbe: false,
  hasFixedQuota: false,
  ...fields,
});
const cell = (fields: Partial<CellHealth> = {}): CellHealth => ({ ...freshCell(10_000), ...fields });

describe('a cell', () => {
  test('cools 1 s after a bare 429, doubling to 30 s, until a picture comes', () => {
    let state = cell();
    const waits: number[] = [];
    let nowMs = 0;
    for (let index = 0; index < 7; index++) {
      state = nextCell(state, 'quota_unstated', facts({ nowMs }));
      waits.push(state.untilMs - nowMs);
      nowMs = state.untilMs;
      state = nextCell(state, 'timer', facts({ nowMs }));
      expect(state.state).toBe('ready');
    }
    expect(waits.map((wait) => wait / second)).toEqual([1, 2, 4, 8, 16, 30, 30]);
    state = nextCell(state, 'answered', facts({ nowMs }));
    expect(nextCell(state, 'quota_unstated', facts({ nowMs })).untilMs - nowMs).toBe(second);
  });

  test('with a quota of its own cools a minute for the second bare 429 within ten minutes', () => {
    const own = { hasFixedQuota: true };
    const once = nextCell(cell(), 'quota_unstated', facts({ ...own, nowMs: 5 }));
    expect(once.untilMs).toBe(5 + second);
    const ready = nextCell(once, 'timer', facts(own));
    expect(nextCell(ready, 'quota_unstated', facts({ ...own, nowMs: 10 * minute + 4 })).untilMs).toBe(
      11 * minute + 4,
    );
    expect(nextCell(ready, 'quota_unstated', facts({ ...own, nowMs: 10 * minute + 5 })).untilMs).toBe(
      10 * minute + 5 + 2 * second,
    );
  });

  test('is open for half to all of 5 s, doubling to 60 s, and from the start again after a picture', () => {
    let state = cell({ failures: 4 });
    state = nextCell(state, 'failed', facts({ random: 1 }));
    const waits = [state.untilMs];
    for (let index = 0; index < 5; index++) {
      state = nextCell(nextCell(state, 'taken', facts()), 'failed', facts({ isProbe: true, random: 1 }));
      waits.push(state.untilMs);
    }
    expect(waits.map((wait) => wait / second)).toEqual([5, 10, 20, 40, 60, 60]);
    const probing = nextCell(state, 'taken', facts());
    expect(nextCell(probing, 'lost', facts({ isProbe: true, random: 0 })).untilMs).toBe(30 * second);
    const back = nextCell(probing, 'answered', facts({ isProbe: true }));
    expect(nextCell({ ...back, failures: 4 }, 'failed', facts({ random: 1 })).untilMs).toBe(5 * second);
    const alive = nextCell(probing, 'quota_stated', facts({ isProbe: true }));
    expect([alive.state, alive.openings]).toEqual(['ready', probing.openings]);
  });

  test('opens when under half of at least ten calls within a minute go well, and not at half', () => {
    const calls = (pattern: string, nowMs = 0): CellHealth =>
      [...pattern].reduce(
        (state, letter) => nextCell(state, letter === '+' ? 'answered' : 'failed', facts({ nowMs })),
        cell(),
      );
    expect(calls('+-+-+-+-+-').state).toBe('ready');
    expect(calls('--+-+-+-+-').state).toBe('open');
    expect(calls('--+-+-+-+').state).toBe('ready');
    const old = calls('+---+--+-', 0);
    expect(nextCell(old, 'failed', facts({ nowMs: minute })).state).toBe('ready');
    expect(nextCell(old, 'failed', facts({ nowMs: minute - 1 })).state).toBe('open');
  });

  test('a failure breaks a row of unsent calls, and an answer any row', () => {
    const twice = cell({ failures: 2, unsent: 2 });
    expect(nextCell(twice, 'unsent', facts()).state).toBe('open');
    expect(nextCell(twice, 'lost', facts())).toMatchObject({ state: 'ready', unsent: 0, failures: 3 });
    expect(nextCell(twice, 'declined', facts())).toMatchObject({ state: 'ready', unsent: 0, failures: 0 });
    expect(nextCell(twice, 'nothing', facts())).toBe(twice);
  });

  test('is missing for 10 minutes, doubling to 6 hours, until it is there', () => {
    let state = cell();
    const waits: number[] = [];
    for (let index = 0; index < 7; index++) {
      const nowMs = state.untilMs;
      state = nextCell(
        nextCell(state, 'taken', facts({ nowMs })),
        'no_model',
        facts({ nowMs, isProbe: true }),
      );
      waits.push((state.untilMs - nowMs) / minute);
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 360]);
    expect(nextCell(state, 'answered', facts())).toMatchObject({ state: 'ready', absences: 0 });
  });

  test('health moves by 0.3 an outcome and drifts back with a half-life of a minute; time by 0.3 a picture', () => {
    const failed = nextCell(cell(), 'failed', facts());
    expect(wellNow(failed, 0)).toBeCloseTo(0.7);
    expect(wellNow(failed, minute)).toBeCloseTo(0.85);
    expect(wellNow(nextCell(failed, 'failed', facts({ nowMs: minute })), minute)).toBeCloseTo(0.7 * 0.85);
    expect(wellNow(nextCell(failed, 'answered', facts({ nowMs: minute })), minute)).toBeCloseTo(
      0.7 * 0.85 + 0.3,
    );
    expect(nextCell(cell(), 'answered', facts({ tookMs: 20_000 })).ewmaMs).toBeCloseTo(13_000);
    expect(nextCell(cell(), 'declined', facts()).ewmaMs).toBe(10_000);
  });
});

describe('a quota', () => {
  const at = (nowMs: number, untilMs?: number, random = 0) => ({
    nowMs,
    random,
    ...(untilMs !== undefined && { untilMs }),
  });

  test('cools as long as was told and up to a tenth more, a second at least and a day at most; later wins', () => {
    expect(nextQuota(freeQuota, 'quota_stated', at(100, 10_100)).untilMs).toBe(10_100);
    expect(nextQuota(freeQuota, 'quota_stated', at(100, 10_100, 1)).untilMs).toBe(11_100);
    expect(nextQuota(freeQuota, 'quota_stated', at(100, 50)).untilMs).toBe(1100);
    expect(nextQuota(freeQuota, 'quota_stated', at(0, 1e12)).untilMs).toBe(24 * 60 * minute);
    const long = nextQuota(freeQuota, 'quota_stated', at(0, 50_000));
    expect(nextQuota(long, 'quota_stated', at(10, 20_000)).untilMs).toBe(50_000);
    expect(nextQuota(long, 'quota_stated', at(10, 60_000)).untilMs).toBe(60_000);
  });

  test('of a day is back at the time that was told, or soon after midnight Pacific if that is sooner', () => {
    const nowMs = Date.parse('2026-11-25T20:00:00-08:00');
    const midnightMs = Date.parse('2026-11-26T00:00:00-08:00');
    expect(nextQuota(freeQuota, 'quota_day', at(nowMs)).untilMs).toBe(midnightMs + minute);
    expect(nextQuota(freeQuota, 'quota_day', at(nowMs, undefined, 1)).untilMs).toBe(midnightMs + 5 * minute);
    expect(nextQuota(freeQuota, 'quota_day', at(nowMs, nowMs + minute * 30)).untilMs).toBe(
      nowMs + 30 * minute,
    );
    expect(nextQuota(freeQuota, 'quota_day', at(nowMs, nowMs + 20 * 60 * minute)).untilMs).toBe(
      midnightMs + minute,
    );
  });

  test('of spending cools 2.5 minutes, doubling to 10', () => {
    let state = freeQuota;
    const waits: number[] = [];
    for (let index = 0; index < 4; index++) {
      const nowMs = state.untilMs;
      state = nextQuota(state, 'quota_spending', at(nowMs));
      waits.push((state.untilMs - nowMs) / minute);
    }
    expect(waits).toEqual([2.5, 5, 10, 10]);
  });

  test('lets one order a second go after a pause, until one was answered', () => {
    const cooling = nextQuota(freeQuota, 'quota_stated', at(0, 5000));
    expect(nextQuota(cooling, 'answered', at(10))).toBe(cooling);
    const easing = nextQuota(cooling, 'taken', at(6000));
    expect(easing).toMatchObject({ state: 'easing', untilMs: 7000 });
    expect(nextQuota(easing, 'unsent', at(6100))).toBe(easing);
    expect(nextQuota(easing, 'answered', at(6100))).toEqual(freeQuota);
  });
});

describe('an upstream', () => {
  test('is asked again after 1, 5, 25 and 60 minutes and then hourly', () => {
    let state = nextUpstream(wellUpstream, 'bad_credential', { nowMs: 0, reason: 'no' });
    const waits = [state.probeAtMs / minute];
    for (let index = 0; index < 5; index++) {
      const nowMs = state.probeAtMs;
      state = nextUpstream(state, 'key_refused', { nowMs, reason: 'no' });
      waits.push((state.probeAtMs - nowMs) / minute);
    }
    expect(waits).toEqual([1, 5, 25, 60, 60, 60]);
  });

  test('that is out hears nothing of calls that began before it went', () => {
    const out = nextUpstream(wellUpstream, 'no_credit', { nowMs: 100, reason: 'no' });
    expect(nextUpstream(out, 'answered', { nowMs: 200, startedAtMs: 99, reason: '' })).toBe(out);
    expect(nextUpstream(out, 'answered', { nowMs: 200, startedAtMs: 100, reason: '' })).toBe(wellUpstream);
  });
});

describe('midnight in California', () => {
  test.each([
    ['2026-11-25T00:00:00-08:00', '2026-11-26T00:00:00-08:00'],
    ['2026-11-25T23:59:59-08:00', '2026-11-26T00:00:00-08:00'],
    ['2026-07-01T12:34:56-07:00', '2026-07-02T00:00:00-07:00'],
    ['2026-11-01T00:30:00-07:00', '2026-11-02T00:00:00-08:00'],
    ['2026-03-08T01:00:00-08:00', '2026-03-09T00:00:00-07:00'],
  ])('after %s is %s', (now, midnight) => {
    expect(new Date(nextPacificMidnightMs(Date.parse(now))).toISOString()).toBe(
      new Date(midnight).toISOString(),
    );
  });
});

describe('the window of calls', () => {
  test('lets so many begin in any minute, and forgets the rest, however many', () => {
    const window = new CallWindow();
    expect(window.nextMs(2, 0)).toBe(0);
    window.add(0);
    expect(window.nextMs(2, 10)).toBe(10);
    window.add(10);
    expect(window.nextMs(2, 20)).toBe(minute);
    expect(window.nextMs(3, 20)).toBe(20);
    expect(window.nextMs(2, minute)).toBe(minute);
    expect(window.nextMs(1, minute)).toBe(minute + 10);
    for (let index = 0; index < 5000; index++) window.add(minute + index);
    expect(window.nextMs(5000, minute + 5000)).toBe(2 * minute);
    expect(window.nextMs(1, 3 * minute)).toBe(3 * minute);
  });
});
