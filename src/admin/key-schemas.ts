import { z } from 'zod';
import { keyStates } from '../journey/key-state.ts';
import { mostMarkup } from '../usage/markup.ts';
import { projectStates } from './describe-project.ts';
import { alertAtField, alertAtSchema, limitsFields, limitsSchema, usageSchema } from './limit-schemas.ts';
import { instant } from './field-kinds.ts';

/** The bodies of keys and projects, sent and answered. */
const time = (what: string) => z.iso.datetime().describe(what);
const name = z
  .string()
  .describe('1 to 64 letters, digits, spaces or . _ @ : / + - and first a letter or digit.');
const modelLimits = z.record(z.string().min(1).max(200), limitsFields.nullable());
const allOf = (what: string) =>
  z.array(z.string().min(1).max(200)).nullable().describe(`${what}, each kept once; null: all.`);

const limits = limitsFields
  .nullable()
  .describe('What it may use. Null takes one limit away, or all of them.');
const perModel = modelLimits
  .nullable()
  .describe('The same for single models, by their names, beside the limits of its own.');
const keySettings = {
  limits: limits.optional(),
  alert_at: alertAtField.optional(),
  model_limits: perModel.optional(),
  models: allOf('Models that it may ask for, by any of their names').optional(),
  addresses: allOf('Addresses and networks that it works from, such as 10.0.0.0/8').optional(),
  expires_at: instant
    .nullable()
    .describe(
      'From then on it is refused: a day (as it begins, UTC) or a time with its zone, to come; null: never.',
    )
    .optional(),
  strict: z
    .boolean()
    .nullable()
    .describe('Whether fields that cannot be honoured are refused instead of reported.')
    .optional(),
};
export const newKeyFields = z
  .strictObject({
    name,
    project: z.string().min(1).describe('By id or name; without it `default`.').optional(),
    ...keySettings,
    tags: z
      .record(z.string(), z.string())
      .nullable()
      .describe('Notes of your own, such as {"team": "web"}.')
      .optional(),
  })
  .describe('A key to make. Limits that are not named are what its project says of new keys.');
export const keyChangeFields = z
  .strictObject({
    name: name.optional(),
    ...keySettings,
    disabled: z
      .boolean()
      .nullable()
      .describe('True refuses the key until it is false again; its limits and counters stay.')
      .optional(),
    tags: z
      .record(z.string(), z.string().nullable())
      .nullable()
      .describe('Tags to set; null takes one away, or all of them.')
      .optional(),
  })
  .describe('A merge patch (RFC 7396): what is not named stays, null takes away.');
export const rotationFields = z
  .strictObject({
    overlap: z
      .string()
      .describe(
        'How long the secret before goes on working, such as "1h" or "7d", at most a year; without it not at all.',
      )
      .optional(),
  })
  .describe('How a key is given a new secret.');

const markupRange = `a whole number from 0 to ${mostMarkup} is expected, or null`;
const projectSettings = {
  limits: limits.optional(),
  alert_at: alertAtField.optional(),
  model_limits: perModel.optional(),
  user_limits: limitsFields
    .nullable()
    .describe('What each of its end users may use that has no limit of its own.')
    .optional(),
  key_limits: limitsFields.nullable().describe('What new keys begin with.').optional(),
  markup_basis_points: z
    .int(markupRange)
    .min(0, markupRange)
    .max(mostMarkup, markupRange)
    .nullable()
    .describe('What is charged beyond what its orders cost, in hundredths of a percent; null: nothing.')
    .optional(),
};
export const newProjectFields = z.strictObject({ name, ...projectSettings }).describe('A project to make.');
export const projectChangeFields = z
  .strictObject({ name: name.optional(), ...projectSettings })
  .describe('A merge patch (RFC 7396): what is not named stays, null takes away.');

const allowanceMembers = {
  limits: limitsSchema,
  alert_at: alertAtSchema,
  usage: usageSchema,
  model_limits: z.record(z.string(), limitsSchema).describe('By model, those that have limits.'),
  model_usage: z.record(z.string(), usageSchema).describe('By model, those that are counted by themselves.'),
};
export const secretSchema = z
  .object({
    id: z.string().describe('Names it within its key.'),
    hint: z.string().describe('Its first and last characters.'),
    created_at: time('When it was made.'),
    valid_until: time('Works before that; null: no end.').nullable(),
  })
  .describe('A secret of a key, as far as it is kept.');
export const secretListSchema = z.object({ data: z.array(secretSchema) });
const keyMembers = {
  id: z.string(),
  name: z.string(),
  project: z.object({ id: z.string(), name: z.string().nullable() }).describe('Whose budget it shares.'),
  state: z.enum(keyStates),
  created_at: time('When it was made.'),
  expires_at: time('From then on it is refused; null: never.').nullable(),
  disabled_at: time('Since when it is disabled; null: it is not.').nullable(),
  revoked_at: time('Since when it is revoked; null: it is not.').nullable(),
  strict: z.boolean().describe('Whether fields that cannot be honoured are refused instead of reported.'),
  models: z.array(z.string()).nullable().describe('Models that it may ask for; null: all.'),
  addresses: z.array(z.string()).nullable().describe('Addresses and networks that it works from; null: all.'),
  tags: z.record(z.string(), z.string()).describe("The operator's own notes."),
  ...allowanceMembers,
  secrets: z.array(secretSchema).describe('Oldest first; those that are over too.'),
};
export const keySchema = z.object(keyMembers).describe('An API key. Its secret is not in it.');
export const keyWithSecretSchema = z
  .object({
    ...keyMembers,
    secret: z.string().describe('What callers send. It is told in this answer alone, and kept nowhere.'),
  })
  .describe('A key whose secret was just made.');
export const projectSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(projectStates),
    created_at: time('When it was made.'),
    archived_at: time('From then on its keys are refused; null: it is live.').nullable(),
    ...allowanceMembers,
    user_limits: limitsSchema.describe('What each of its end users may use that has no limit of its own.'),
    key_limits: limitsSchema.describe('What new keys begin with.'),
    markup_basis_points: z
      .int()
      .describe('What is charged beyond what its orders cost, in hundredths of a percent.'),
  })
  .describe('Keys that share a budget.');

const next = z.string().nullable().describe('`before` of the next page; null when this is the last one.');
export const keyPageSchema = z
  .object({ data: z.array(keySchema), next })
  .describe('Keys, the youngest first.');
export const projectPageSchema = z
  .object({ data: z.array(projectSchema), next })
  .describe('Projects, `default` and then the youngest first.');
