import { z } from 'zod';
import { ledgerStatuses, topMeasures } from '../usage/ledger.ts';

const count = z.int().min(0);
/** Beyond what numbers hold without rounding, the digits come as text. */
const amount = (what: string) =>
  z.union([count, z.string().regex(/^\d+$/)]).describe(`${what}; text where a number would round it.`);
const usageSums = {
  orders: count,
  images_requested: count,
  images_delivered: count,
  input_tokens: amount('Tokens that were sent'),
  output_tokens: amount('Tokens that came back'),
  output_image_tokens: amount('Those of them that are pictures'),
  cost_micro_usd: amount('What upstreams charge, in millionths of a US dollar'),
  charged_micro_usd: amount('What projects are charged: that with their markup'),
  sandbox_cost_micro_usd: amount("What the sandbox's pictures would have cost"),
  by_status: z.record(z.enum(ledgerStatuses), count).describe('Orders by what became of them.'),
};
const group = (what: string) => z.string().nullable().optional().describe(what);
/** What orders used, as the admin API answers it. */
export const usageReportSchema = z
  .object({
    by: z.string().describe('As asked for; empty for the sum alone.'),
    from: z.iso.datetime().nullable().describe('Orders that arrived at or after.'),
    to: z.iso.datetime().nullable().describe('Orders that arrived before.'),
    time_zone: z.string().describe('Whose days and hours they are.'),
    top: z.int().optional().describe('As asked for: how many of the largest groups are rows of their own.'),
    top_by: z.enum(topMeasures).optional().describe('With `top`: what the largest are.'),
    rows: z
      .array(
        z.object({
          key: group('Its name; the id where it has none.'),
          key_id: group('With `key`.'),
          project: group('Its name; the id where it has none.'),
          project_id: group('With `project`.'),
          model: group('The model of the catalogue.'),
          upstream: group('The one that answered last; null where none was asked.'),
          user: group(
            "The caller's own name for its end user; null where there is none, or the row is no longer kept.",
          ),
          error: group("The catalogue's name of what went wrong; null where nothing did."),
          day: group('The date on the clock, such as 2026-11-23.'),
          hour: group('When it begins, such as 2026-11-23T14:00:00+05:30.'),
          time_zone: z.string().optional().describe('With `day`.'),
          others: z
            .int()
            .min(1)
            .optional()
            .describe('With `top`: the row is all groups that are not the largest, and so many they are.'),
          ...usageSums,
        }),
      )
      .describe(
        'In the order of time where a day or an hour is among the groups, else the dearest first; the others last.',
      ),
    total: z.object(usageSums).describe('All rows together; every grouping of the same orders has the same.'),
  })
  .describe('What orders used.');
