import { z } from 'zod';
import { calendarDay } from '../kernel/calendar-day.ts';

/** A name or id in a query. */
export const word = z.string().min(1).max(256);

/** An id of `newId`, where a page begins. */
export const idWith = (prefix: string) =>
  z
    .string()
    .refine(
      (text) => text.startsWith(`${prefix}_`) && /^[a-z]{3,4}_[0-9A-Za-z]{1,64}$/.test(text),
      `an id is expected, ${prefix}_ and letters or digits`,
    );

/** A day, or a time with its zone. */
export const moment = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/,
    'a day or a time is expected, such as 2026-11-01 or 2026-11-01T08:30:00Z',
  )
  .refine(
    (text) => calendarDay(text.slice(0, 10)) !== undefined && !Number.isNaN(Date.parse(text)),
    'there is no such day or time',
  );

/** The same → milliseconds since the epoch. */
export const instant = moment.transform((text) => Date.parse(text));

/** One or several of some words, parted by commas. */
export const someOf = <Word extends string>(words: readonly Word[]) =>
  z.string().transform((text, context): Word[] => {
    const found = text.split(',').map((part) => words.find((known) => known === part.trim()));
    if (found.every((known) => known !== undefined)) return found;
    context.addIssue({
      code: 'custom',
      message: `one or several of ${words.join(', ')} are expected, parted by commas`,
    });
    return z.NEVER;
  });
