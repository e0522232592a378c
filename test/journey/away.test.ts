import { expect, test } from 'vitest';
import { awayFaults } from '../chaos/away.ts';
import { awayCases } from '../chaos/away/away-cases.ts';
import { measureAway } from '../chaos/away/measure-away.ts';

const unavailable = { status: '503', code: 'storage_unavailable', retryAfter: '5' };
const full = { status: '507', code: 'storage_full', shouldRetry: 'false' };
const cases = {
  stopped: unavailable,
  killed: unavailable,
  frozen: unavailable,
  full,
  sqliteFull: full,
  sqliteLocked: unavailable,
} as const;

test.each(Object.entries(cases))(
  'while the database is away (%s) orders are refused before anything is drawn, pictures are delivered, and rows follow, each once',
  async (name, refusal) => {
    const result = await measureAway(awayCases[name as keyof typeof cases]);
    expect(awayFaults(result)).toEqual([]);
    for (const answer of result.refused) expect(answer).toMatchObject(refusal);
  },
  90_000,
);
