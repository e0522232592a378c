import { z } from 'zod';
import type { AllowanceChanges } from '../admission/allowance-store.ts';
import { alertPercents, mostAlertPercents } from '../journey/budget-alert.ts';
import { limitKeys, limitNames } from '../journey/limit-names.ts';
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
const membersOf = <Member extends z.ZodType>(make: (key: keyof Limits) => Member): Record<string, Member> =>
  Object.fromEntries(limitKeys.map((key) => [limitNames[key].name, make(key)]));

const limit = (key: keyof Limits) => {
  const { least, most } = limitNames[key];
  const range = `a whole number from ${least} to ${most} is expected, or null for none`;
  return z.int(range).min(least, range).max(most, range).nullable();
};

const limitMembers = membersOf((key) => limit(key).describe(meanings[key]).optional());

function limitsOf(fields: Readonly<Record<string, unknown>>): Partial<Limits> {
  return Object.fromEntries(
    limitKeys.flatMap((key) => {
      const amount = fields[limitNames[key].name];
      return amount === undefined ? [] : [[key, amount]];
    }),
  );
}

/** Limits as they are sent: null takes one away, what is not named stays. */
export const limitsFields = z
  .strictObject(limitMembers)
  .describe('Limits; null takes one away, what is not named stays as it is.')
  .transform(limitsOf);

const alertsMeaning =
  'At which percents of a limit of money or of pictures a day something is told; null: at those of `budgets.alert_at`, and of an end user at those of all end users of its project.';

/** Thresholds as they are sent: null takes them away. */
export const alertAtField = z
  .array(z.int().min(1).max(100))
  .max(mostAlertPercents)
  .describe(`${alertsMeaning} The list may be empty: never.`)
  .transform((percents) => alertPercents(percents) ?? [])
  .nullable();

/** Everything of one allowance that can be set. */
export const allowanceFields = z
  .strictObject({ ...limitMembers, alert_at: alertAtField.optional() })
  .describe(
    'Limits, and when something is told of them; null takes one away, what is not named stays as it is.',
  )
  .transform(
    ({ alert_at: alertAt, ...fields }): AllowanceChanges => ({
      ...limitsOf(fields),
      ...(alertAt !== undefined && { alertAt }),
    }),
  );

/** Thresholds as they are answered. */
export const alertAtSchema = z.array(z.int().min(1).max(100)).nullable().describe(alertsMeaning);

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
    remaining: z
      .int()
      .min(0)
      .nullable()
      .describe('How much is left, at most 9007199254740991; null: no limit.'),
    resets_at: z.iso
      .datetime()
      .nullable()
      .describe('When nothing of it is used any more by itself; null: it is so now, or never.'),
  })
  .describe('How far a limit is used up.');

export const usageSchema = z
  .object(membersOf(() => use))
  .describe('What of each limit is used, what is left, and until when.');
