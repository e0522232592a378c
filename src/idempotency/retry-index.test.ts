import { expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { ClaimEntry, type Ending } from './claim-entry.ts';
import { RetryIndex } from './retry-index.ts';

const wanted = { keyId: 'key_1', fingerprint: 'same' };
const answer = { headers: {}, blob: 'b', sizeBytes: 1 };
const picture: Ending = { kind: 'kept', answer: { ...answer, status: 200 } };
const refusal: Ending = { kind: 'kept', answer: { ...answer, status: 400 } };
const failure: Ending = { kind: 'failed', error: new PlantainError('upstream_unavailable', 'no') };

/** An entry whose client is there, is gone, or has the answer. */
function entry(
  id: string,
  client: 'there' | 'gone' | 'served',
  ending?: Ending,
  endedAtMs = 1000,
): ClaimEntry {
  const made = new ClaimEntry({ id, ...wanted, idempotencyKey: null, createdAtMs: 0 });
  const leave = made.attend();
  if (ending !== undefined) made.end(ending, endedAtMs, endedAtMs + 600_000);
  if (client !== 'there') leave(client === 'served');
  return made;
}

function chosen(entries: readonly ClaimEntry[], nowMs = 2000): string | undefined {
  const index = new RetryIndex(100);
  for (const one of entries) index.add(one);
  return index.choose(wanted, nowMs)?.claim.id;
}

test('of equal orders a retry takes the one whose client left, the oldest first, then what is under way', () => {
  const served = entry('served', 'served', picture);
  const there = entry('there', 'there');
  expect(chosen([served, there, entry('left', 'gone'), entry('left too', 'gone')])).toBe('left');
  expect(chosen([served, there, entry('left and done', 'gone', picture)])).toBe('left and done');
  expect(chosen([served, there])).toBe('there');
  expect(chosen([served])).toBe('served');
});

test('an answer that its client has had is taken for a minute', () => {
  expect(chosen([entry('a', 'served', picture)], 60_999)).toBe('a');
  expect(chosen([entry('a', 'served', picture)], 61_000)).toBeUndefined();
});

test('an answer that nobody has had waits as long as it is kept', () => {
  expect(chosen([entry('a', 'gone', picture)], 600_999)).toBe('a');
  expect(chosen([entry('a', 'gone', picture)], 601_000)).toBeUndefined();
});

test.each([
  ['that cost nothing', failure, 'served'],
  ['that cost nothing, and whose client left', failure, 'gone'],
  ['that its client was told of', refusal, 'served'],
] as const)(
  'a failure %s is drawn anew, once, although an equal order succeeded',
  (_which, ending, client) => {
    const index = new RetryIndex(100);
    for (const one of [entry('a', 'served', picture), entry('failed', client, ending)]) index.add(one);
    expect(index.choose(wanted, 2000)).toBeUndefined();
    expect(index.choose(wanted, 2000)?.claim.id).toBe('a');
  },
);

test('a refusal that nobody was told of is told', () => {
  expect(chosen([entry('refused', 'gone', refusal)])).toBe('refused');
});

test.each(['gone', 'unknown'] as const)(
  'an order whose end is %s is told to every retry, also to two at once',
  (kind) => {
    expect(chosen([entry('lost', 'gone', { kind })])).toBe('lost');
    expect(chosen([entry('lost', 'there', { kind })])).toBe('lost');
  },
);

test('an order that was lost in a crash does not stand before one that has a picture to give', () => {
  const lost = entry('lost', 'gone', { kind: 'unknown' });
  expect(chosen([lost, entry('left', 'gone')])).toBe('left');
  expect(chosen([lost, entry('left and done', 'gone', picture)])).toBe('left and done');
});

test('other callers and other contents are never taken', () => {
  const index = new RetryIndex(100);
  index.add(entry('a', 'gone'));
  expect(index.choose({ ...wanted, keyId: 'key_2' }, 0)).toBeUndefined();
  expect(index.choose({ ...wanted, fingerprint: 'other' }, 0)).toBeUndefined();
});

test('it holds no more than it may, and forgets what is over', () => {
  const index = new RetryIndex(1);
  index.add(entry('a', 'gone', picture));
  index.add(entry('b', 'gone', picture));
  expect(index.find({ ...wanted, id: 'b' })).toBeUndefined();
  index.sweep(601_000);
  expect(index.find({ ...wanted, id: 'a' })).toBeUndefined();
  index.add(entry('c', 'gone'));
  expect(index.find({ ...wanted, id: 'c' })).toBeDefined();
});
