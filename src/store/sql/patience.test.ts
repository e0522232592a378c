import { expect, test } from 'vitest';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { answeredWithin, readPatiently } from './patience.ts';

const away = new PlantainError('storage_unavailable', 'away');

test('a read is done again until the database is back', async () => {
  let reads = 0;
  const read = async () => {
    if (++reads < 3) throw away;
    return 'row';
  };
  expect(await readPatiently(60_000, read)).toBe('row');
  expect(reads).toBe(3);
});

test('a database that stays away, or never answers, fails the read once the patience is over', async () => {
  await expect(readPatiently(120, () => Promise.reject(away))).rejects.toBe(away);
  const silent = readPatiently(20, () => new Promise<never>(() => undefined));
  await expect(silent).rejects.toMatchObject({ code: 'storage_unavailable', retryAfterSeconds: 5 });
});

test('what waiting does not help is told at once', async () => {
  for (const error of [new PlantainError('storage_full', 'full'), new Error('a bug')]) {
    let reads = 0;
    const read = async () => {
      reads++;
      throw error;
    };
    await expect(readPatiently(60_000, read)).rejects.toBe(error);
    expect(reads).toBe(1);
  }
});

test('an answer in time is the answer, be it an error', async () => {
  expect(await answeredWithin(Promise.resolve(1), 60_000)).toBe(1);
  await expect(answeredWithin(Promise.reject(away), 60_000)).rejects.toBe(away);
});
