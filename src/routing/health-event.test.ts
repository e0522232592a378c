import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failedCall, plainCall } from '../../test/support/plain-call.ts';
import { type Call, callFaults, callPhases } from '../journey/call.ts';
import { callEvents, eventOf } from './health-event.ts';

const refused = (fields: Partial<Call>): Call =>
  failedCall('upstream_error', { phase: 'refused', httpStatus: 429, ...fields });
const quota = (fields: Partial<Call>): Call => refused({ fault: 'quota', endedAtMs: 1000, ...fields });

describe('eventOf', () => {
  test.each([
    ['a picture', plainCall(), 'answered'],
    ['a part of an answer', plainCall({ verdict: 'continued' }), 'answered'],
    ['a refusal', plainCall({ verdict: 'refused', fault: 'caller' }), 'declined'],
    ['words', plainCall({ verdict: 'words' }), 'declined'],
    ['a 400 of the caller', refused({ fault: 'caller' }), 'declined'],
    ['a caller who left', refused({ fault: 'caller', phase: 'unanswered' }), 'nothing'],
    ['a fault of ours', refused({ fault: 'ours' }), 'nothing'],
    ['a bad key', refused({ fault: 'credential' }), 'bad_credential'],
    ['a key that may not use the model', refused({ fault: 'credential', reach: 'model' }), 'not_permitted'],
    ['no credit', refused({ fault: 'credit' }), 'no_credit'],
    ['a limit of 0 for one model', refused({ fault: 'credit', reach: 'model' }), 'no_allowance'],
    ['a wrong place', refused({ fault: 'place' }), 'wrong_place'],
    ['a model that is not there', { ...failedCall('model_not_found'), fault: 'caller' }, 'no_model'],
    ['a pause of 300 s', quota({ untilMs: 301_000 }), 'quota_stated'],
    ['a longer pause', quota({ untilMs: 301_001 }), 'quota_day'],
    ['the day’s quota', quota({ untilMs: 2000, quota: { kind: 'day' } }), 'quota_day'],
    ['spending', quota({ untilMs: 2000, quota: { kind: 'spending' } }), 'quota_spending'],
    ['a bare 429', quota({}), 'quota_unstated'],
    ['a stated quota without a time', quota({ quota: { kind: 'stated' } }), 'quota_unstated'],
    ['a 503', failedCall('upstream_unavailable', { fault: 'capacity' }), 'failed'],
    ['a 429 for want of capacity', refused({ fault: 'capacity' }), 'failed'],
    ['no connection', failedCall('upstream_unavailable', { phase: 'unsent' }), 'unsent'],
    ['silence', failedCall('upstream_timeout', { phase: 'unanswered' }), 'lost'],
    ['half an answer', failedCall('upstream_error', { phase: 'broken_off' }), 'lost'],
    ['no call', undefined, 'nothing'],
  ] as const)('%s', (_name, call, event) => {
    expect(eventOf(call)).toBe(event);
  });

  test('is total: every call is one event', () => {
    fc.assert(
      fc.property(
        fc.record({
          verdict: fc.constantFrom('picture', 'refused', 'words', 'continued', 'failed'),
          phase: fc.constantFrom(...callPhases),
          fault: fc.constantFrom(...callFaults, undefined),
          reach: fc.constantFrom('model', undefined),
          untilMs: fc.option(fc.integer(), { nil: undefined }),
          quota: fc.option(fc.record({ kind: fc.constantFrom('stated', 'day', 'spending', 'unstated') }), {
            nil: undefined,
          }),
        }),
        (fields) => {
          expect(callEvents).toContain(eventOf(failedCall('upstream_error', fields)));
        },
      ),
    );
  });
});
