import { z } from 'zod';
import { limitNames } from '../journey/limit-names.ts';
import type { Limits } from '../journey/limits.ts';

const meanings: Readonly<Record<keyof Limits, string>> = {
  maxOpen: 'Orders at once.',
  requestsPerMinute: 'Requests at once, refilled evenly at so many a minute.',
  imagesPerMinute: 'Pictures at once, refilled evenly at so many a minute.',
  imagesPerDay: 'Pictures of a day.',
  dayMicroUsd: 'Money of a day, in millionths of a US dollar.',
  monthMicroUsd: 'Money of a month, in millionths of a US dollar.',
  totalMicroUsd: 'Money for good, in millionths of a US dollar.',
};
const keys = Object.keys(limitNames) as (keyof Limits)[];
const membersOf = <Member extends z.ZodType>(make: (key: keyof Limits) => Member): Record<string, Member> =>
  Object.fromEntries(keys.map((key) => [limitNames[key].name, make(key)]));

const limit = (key: keyof Limits) => {
  const { least, most } = limitNames[key];
  const range = `a whole number from ${least} to ${most} is expected, or null for none`;
  return z.int(range).min(least, range).max(most, range).nullable();
};

/** Limits as they are sent: null takes one away, what is not named stays. */
export const limitsFields = z
  .strictObject(membersOf((key) => limit(key).describe(meanings[key]).optional()))
  .describe('Limits; null takes one away, what is not named stays as it is.')
  .transform(
    (fields): Partial<Limits> =>
      Object.fromEntries(
        keys.flatMap((key) => {
          const amount = fields[limitNames[key].name];
          return amount === undefined ? [] : [[key, amount]];
        }),
      ),
  );

/** Limits as they are answered. */
export const limitsSchema = z
  .object(membersOf((key) => limit(key).describe(meanings[key])))
  .describe('Limits by their names; null: none.');

const use = z
  .object({
    used: z
      .int()
      .nullable()
      .describe('How much of it; null of a rate that is not limited, which nobody counts.'),
    remaining: z.int().min(0).nullable().describe('How much is left; null: no limit.'),
    resets_at: z.iso
      .datetime()
      .nullable()
      .describe('When nothing of it is used any more by itself; null: it is so now, or never.'),
  })
  .describe('How far a limit is used up.');

export const usageSchema = z
  .object(membersOf(() => use))
  .describe('What of each limit is used, what is left, and until when.');
