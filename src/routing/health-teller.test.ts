import { expect, test } from 'vitest';
import { failedCall, plainCall } from '../../test/support/plain-call.ts';
import { plainMember } from '../../test/support/plain-member.ts';
import type { Call } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Upstream } from '../journey/upstream.ts';
import { type HealthChange, HealthTeller } from './health-teller.ts';
import { QuotaGroup } from './quota-group.ts';
import { UpstreamSeat } from './upstream-seat.ts';

const model = { id: 'm', deadlineMs: { '1K': 80_000 } } as unknown as CatalogueModel;
const nowMs = 1_000_000;

/** The changes that are told after each of some calls. */
function tell(...calls: readonly Call[]): HealthChange[][] {
  let changes: HealthChange[] = [];
  const teller = new HealthTeller(
    { nowMs: () => nowMs },
    () => 0,
    (change) => changes.push(change),
  );
  const seat = new UpstreamSeat(plainMember({ name: 'a' } as Upstream), new QuotaGroup());
  return calls.map((call) => {
    changes = [];
    teller.learn(seat, seat.cell(model), call, false);
    return changes;
  });
}
const limited = (untilMs: number) =>
  failedCall('rate_limit_exceeded', {
    phase: 'refused',
    fault: 'quota',
    startedAtMs: nowMs,
    untilMs,
    quota: { kind: 'stated' },
  });

test('a quota that is used up is told, and again only when it is out for longer', () => {
  const told = tell(limited(nowMs + 5000), limited(nowMs + 4000), limited(nowMs + 9000));
  const change = { upstream: 'a', model: 'm', level: 'quota', to: 'cooling', reason: 'rate_limit_exceeded' };
  const ofQuota = told.map((changes) => changes.filter(({ level }) => level === 'quota'));
  expect(ofQuota).toEqual([
    [{ ...change, from: 'free', untilMs: nowMs + 5000 }],
    [],
    [{ ...change, from: 'cooling', untilMs: nowMs + 9000 }],
  ]);
});

test('an upstream that goes is told with its reason, and what goes well tells nothing', () => {
  const refused = failedCall('upstream_auth_error', {
    phase: 'refused',
    fault: 'credential',
    startedAtMs: nowMs,
  });
  const [first, second] = tell(plainCall({ startedAtMs: nowMs }), refused);
  expect(first).toEqual([]);
  expect(second).toMatchObject([
    { upstream: 'a', level: 'upstream', from: 'ok', to: 'bad_credential', reason: 'upstream_auth_error' },
  ]);
  expect(second?.[0]?.untilMs).toBeGreaterThan(nowMs);
});

test('a model that is gone is told as missing, with what it is missing for', () => {
  const gone = failedCall('model_not_found', {
    phase: 'refused',
    fault: 'caller',
    reach: 'model',
    startedAtMs: nowMs,
    httpStatus: 404,
  });
  expect(tell(gone)[0]).toMatchObject([
    { level: 'cell', model: 'm', from: 'ready', to: 'missing', reason: 'no_model' },
  ]);
});
