import { describe, expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { ClaimEntry, endingOf } from './claim-entry.ts';

const claim = { id: 'req_1', keyId: 'key_1', idempotencyKey: null, fingerprint: 'f', createdAtMs: 1 };
const answer = { status: 200, headers: {}, blob: 'b', sizeBytes: 1 };
const ended = (status: number) => {
  const entry = new ClaimEntry(claim);
  entry.end({ kind: 'kept', answer: { ...answer, status } }, 5, 9);
  return entry;
};

describe('who is there for an answer', () => {
  test('is counted, each once, however often he says that he leaves', () => {
    const entry = new ClaimEntry(claim);
    expect(entry.isAbandoned).toBe(true);
    const [first, second] = [entry.attend(), entry.attend()];
    first(false);
    first(false);
    first(true);
    expect([entry.isAbandoned, entry.isDelivered]).toEqual([false, false]);
    second(false);
    expect([entry.isAbandoned, entry.isDelivered]).toEqual([true, false]);
  });

  test('has it, or somebody had: then nobody has to come back for it', () => {
    const entry = new ClaimEntry(claim);
    const [first, second] = [entry.attend(), entry.attend()];
    first(true);
    second(false);
    expect([entry.isAbandoned, entry.isDelivered]).toEqual([false, true]);
  });
});

describe('an end', () => {
  test('is what those hear who wait, and when it was and how long it counts', async () => {
    const entry = new ClaimEntry(claim);
    expect([entry.state, entry.endedAtMs, entry.expiresAtMs]).toEqual(['live', Infinity, Infinity]);
    const error = new PlantainError('too_many_orders', 'full');
    entry.end({ kind: 'failed', error }, 5, 9);
    expect(await entry.ending).toEqual({ kind: 'failed', error });
    expect([entry.state, entry.endedAtMs, entry.expiresAtMs, entry.hasSucceeded]).toEqual([
      'failed',
      5,
      9,
      false,
    ]);
  });

  test('in pictures is a success; in a refusal that is kept it is none, nor where the answer had to make room', () => {
    expect([ended(200).hasSucceeded, ended(399).hasSucceeded, ended(400).hasSucceeded]).toEqual([
      true,
      true,
      false,
    ]);
    const entry = ended(200);
    entry.forgetAnswer();
    expect([entry.state, entry.hasSucceeded]).toEqual(['gone', false]);
    const unknown = new ClaimEntry(claim);
    unknown.end({ kind: 'unknown' }, 5, 9);
    unknown.forgetAnswer();
    expect(unknown.state).toBe('unknown');
  });

  test('out of the book is the same', async () => {
    expect(endingOf({ state: 'kept', answer })).toEqual({ kind: 'kept', answer });
    expect(endingOf({ state: 'kept', answer: null })).toEqual({ kind: 'gone' });
    expect(endingOf({ state: 'unknown', answer: null })).toEqual({ kind: 'unknown' });
    const book = { ...claim, state: 'kept', answer, endedAtMs: 5, expiresAtMs: 9 } as const;
    const [had, missed] = [ClaimEntry.of(book, true), ClaimEntry.of(book, false)];
    expect([had.isDelivered, had.isAbandoned, missed.isDelivered, missed.isAbandoned]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect([had.endedAtMs, had.expiresAtMs, had.claim.id]).toEqual([5, 9, 'req_1']);
    expect(await had.ending).toEqual({ kind: 'kept', answer });
  });
});
