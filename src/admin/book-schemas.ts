import { z } from 'zod';
import { auditActors } from '../access/audit-log.ts';
import { longestReason, mostAdjustedMicroUsd } from './adjustment-acts.ts';
import { alertAtSchema, limitsSchema, usageSchema } from './limit-schemas.ts';

/** The bodies of limits, adjustments, settlements and the audit log, sent and answered. */
const time = (what: string) => z.iso.datetime().describe(what);

const whose = z
  .object({
    key: z.string().nullable().describe('The id of the key; null: a project is meant.'),
    project: z.string().nullable().describe('The id of the project; null: a key is meant.'),
    model: z.string().nullable().describe('That model alone; null: all.'),
    user: z.string().nullable().describe('The end user by its name, where it was asked for by it.'),
    user_digest: z
      .string()
      .nullable()
      .describe('What stands for the name of an end user; null: none is meant.'),
    users: z.boolean().describe('Whether it is the template of all end users of the project.'),
  })
  .describe('Whose allowance it is.');
export const allowanceSchema = z
  .object({ id: z.string(), of: whose, limits: limitsSchema, alert_at: alertAtSchema, usage: usageSchema })
  .describe('What one key, project, model or end user may use, and has used.');
export const allowancePageSchema = z
  .object({
    data: z.array(allowanceSchema),
    next: z.string().nullable().describe('`after` of the next page; null when this is the last one.'),
  })
  .describe('Allowances by their ids.');

const address = {
  key: z.string().min(1).describe('Of this key, by id or name.').optional(),
  project: z
    .string()
    .min(1)
    .describe('Of this project, by id or name; with a key, the project of the key.')
    .optional(),
  model: z.string().min(1).describe('Of this model alone, under the key or project.').optional(),
  user: z.string().describe('Of this end user of the project.').optional(),
};
export const newAdjustmentFields = z
  .strictObject({
    ...address,
    amount_micro_usd: z
      .int('a whole number of millionths of a dollar is expected')
      .min(-mostAdjustedMicroUsd)
      .max(mostAdjustedMicroUsd)
      .describe('More room when it is positive, less when it is negative; not 0.'),
    reason: z.string().max(longestReason).describe('Why, for those who ask later.'),
  })
  .describe(
    'Money to give back to the running day, month and total, or to take. A key or a project is named.',
  );
export const settlementFields = z
  .strictObject({
    cost_micro_usd: z
      .int('a whole number of millionths of a dollar is expected')
      .min(0)
      .max(mostAdjustedMicroUsd)
      .describe('What it cost, at most what it reserved; 0 where nothing was charged.'),
    images_delivered: z.int().min(0).default(0).describe('How many pictures came.'),
    reason: z.string().max(longestReason).describe('How that is known, for those who ask later.'),
  })
  .describe('What an upstream charged for an order of which nobody knew.');
export const adjustmentSchema = z
  .object({
    id: z.string(),
    at: time('When it was made.'),
    of: whose,
    amount_micro_usd: z.int().describe('More room when it is positive, in millionths of a US dollar.'),
    reason: z.string(),
    actor: z.string().describe('Who made it.'),
  })
  .describe('Money given back or taken by hand.');
const next = z.string().nullable().describe('`before` of the next page; null when this is the last one.');
export const adjustmentPageSchema = z
  .object({ data: z.array(adjustmentSchema), next })
  .describe('Adjustments, the newest first.');

const changed = z.record(z.string(), z.unknown()).nullable();
export const auditEntrySchema = z
  .object({
    id: z.string(),
    at: time('When it was done.'),
    actor: z
      .enum(auditActors)
      .describe(
        'Who did it: the holder of the admin secret, a session of the console, a command on the machine, or the server, told to reload.',
      ),
    who: z
      .string()
      .nullable()
      .describe(
        'Whose session it was: how they signed in, or their name at the identity provider; null without a session.',
      ),
    action: z.string().describe('What was done, such as `key.create`.'),
    subject: z.string().describe('The id or name of what was changed.'),
    subject_name: z
      .string()
      .nullable()
      .describe('What the key or project of that id is called now; null of what is neither.'),
    before: changed.describe('What was changed, as it was; null: it was not there.'),
    after: changed.describe('The same as it is now. Never a secret.'),
    address: z.string().nullable().describe('From where; null: the machine itself.'),
    request_id: z.string().nullable().describe('The `x-request-id` of its answer.'),
  })
  .describe('One change by an operator.');
export const auditPageSchema = z
  .object({ data: z.array(auditEntrySchema), next })
  .describe('Changes, the youngest first.');
