import { z } from 'zod';
import { callFaults, callPhases } from '../journey/call.ts';
import { operations } from '../journey/image-order.ts';
import { usageReportSchema } from './usage-schema.ts';
import {
  beginLoginFields,
  begunLoginSchema,
  loginFields,
  modelListSchema,
  modelSchema,
  orderNewsSchema,
  sessionListSchema,
  sessionSchema,
  sessionsEndedSchema,
  settingListSchema,
  signedOutSchema,
  studioSchema,
} from './console-schemas.ts';
import { responseSchemas } from '../openai/images/response-schema.ts';
import { ledgerStatuses } from '../usage/ledger.ts';
import { pricedThings } from '../usage/price-lines.ts';
import {
  adjustmentPageSchema,
  adjustmentSchema,
  allowancePageSchema,
  allowanceSchema,
  auditEntrySchema,
  auditPageSchema,
  newAdjustmentFields,
  settlementFields,
} from './book-schemas.ts';
import {
  keyChangeFields,
  keyPageSchema,
  keySchema,
  keyWithSecretSchema,
  newKeyFields,
  newProjectFields,
  projectChangeFields,
  projectPageSchema,
  projectSchema,
  rotationFields,
  secretListSchema,
  secretSchema,
} from './key-schemas.ts';
import { allowanceFields, limitsFields, limitsSchema, usageSchema } from './limit-schemas.ts';

/** The bodies the admin API answers with; its OpenAPI document is made from these. Money is whole micro-USD, times are UTC. */
const count = z.int().min(0);
const microUsd = (what: string) => z.int().min(0).describe(`${what}, in millionths of a US dollar.`);
const time = (what: string) => z.iso.datetime().describe(what);
const usageSource = z
  .enum(['upstream', 'estimated', 'none'])
  .describe('Who counted: the upstream, or the catalogue where it did not.');

const orderFields = {
  id: z.string().describe('The `x-request-id` of its answer.'),
  created_at: time('When it arrived.'),
  finished_at: time('When it was settled; null while it is open.').nullable(),
  duration_ms: count
    .nullable()
    .describe('Null while it is open, and where its server ended under it: nobody knows when it ended.'),
  status: z.enum(ledgerStatuses),
  operation: z.enum(operations),
  key: z
    .object({ id: z.string(), name: z.string().nullable().describe('Null where the key is not known here.') })
    .describe('Whose order it is.'),
  project: z
    .object({ id: z.string(), name: z.string().nullable() })
    .describe('Whose budget it was charged to.'),
  model: z.string().describe('The model of the catalogue.'),
  requested_model: z.string().describe('As the caller spelled it.'),
  upstream: z.string().nullable().describe('The one that answered last; null while none was asked.'),
  images_requested: count,
  images_delivered: count,
  input_tokens: count,
  output_tokens: count,
  output_image_tokens: count,
  usage_source: usageSource,
  reserved_micro_usd: microUsd('The most it could cost'),
  cost_micro_usd: microUsd('What it cost'),
  charged_micro_usd: microUsd('What its project is charged'),
  markup_basis_points: count.describe('Hundredths of a percent that its project is charged beyond the cost.'),
  bytes_out: count,
  error_code: z.string().nullable().describe("The catalogue's name of what went wrong."),
  end_user: z.string().nullable().describe("The caller's own name for its end user."),
  attempt_count: count.describe('Upstream calls made.'),
};

const attempt = z
  .object({
    ordinal: z.int().min(1),
    upstream: z.string(),
    model: z.string().describe("A successor's where one stood in."),
    started_at: time('When it was made.'),
    duration_ms: count,
    verdict: z.enum(['picture', 'refused', 'words', 'continued', 'failed']),
    phase: z.enum(callPhases).describe('How far it came.'),
    fault: z.enum(callFaults).nullable().describe('Whose fault it is that it brought nothing.'),
    http_status: z.int().nullable().describe('Null when no answer began.'),
    error_code: z.string().nullable(),
    input_tokens: count,
    output_tokens: count,
    output_image_tokens: count,
    usage_source: usageSource,
    cost_micro_usd: microUsd('What it cost'),
    price_id: z
      .string()
      .nullable()
      .describe(
        'By which entry of the price list it was charged: model, service tier, and the day it holds from, or `operator`. Null of a call that was not charged.',
      ),
    price: z
      .array(
        z.object({
          of: z.enum(pricedThings),
          count,
          micro_usd_per_million: z.int().min(0).describe('What a million of them cost.'),
        }),
      )
      .describe('What its cost is the sum of.'),
  })
  .describe('One upstream call.');

const order = z.object(orderFields).describe('An order as the ledger has it. Prompts are never in it.');
const orderWithAttempts = z
  .object({
    ...orderFields,
    error_help: z.string().nullable().describe('What the error means and how to cure it.'),
    attempts: z.array(attempt),
  })
  .describe('An order with its upstream calls, in order; none while it is open.');
const orderPage = z
  .object({
    data: z.array(order),
    next: z.string().nullable().describe('`before` of the next page; null when this is the last one.'),
  })
  .describe('Orders, the youngest first.');

const until = (what: string) => z.iso.datetime().nullable().describe(what);
const cell = z
  .object({
    model: z.string(),
    state: z.string().describe('ready, cooling, open, probing or missing.'),
    reason: z.string().describe('Why it is not ready; empty when it is.'),
    until: until('When it is expected back.'),
    health: z.number().min(0).max(1).describe('1: every late call went well; 0: none did.'),
    expected_ms: z
      .number()
      .min(0)
      .describe('What a picture takes there, by the late ones; 0 while none came.'),
    in_flight: count,
    quota_until: until('Until when the quota that it shares is used up.'),
  })
  .describe('One model at one upstream, as far as it was asked for.');
const upstream = z
  .object({
    name: z.string(),
    kind: z.string(),
    address: z.string().nullable().describe('Null for the sandbox, which is inside.'),
    priority: count.describe('Higher ones are asked first.'),
    weight: z.int().min(1).describe('Share of the calls among those of the same priority.'),
    models: z.array(z.string()).nullable().describe('Those it serves; null: all.'),
    quota_group: z.string(),
    max_concurrent: z.int().min(1).nullable(),
    requests_per_minute: z.int().min(1).nullable(),
    state: z
      .string()
      .describe('ok, bad_credential, out_of_credit, needs_operator, or disabled, which is drained.'),
    reason: z.string().describe('Why it is not ok; empty when it is.'),
    until: until('When it is asked again by itself.'),
    key: z.enum(['unknown', 'accepted', 'refused', 'not_needed']).describe('Whether it takes its key.'),
    in_flight: count.describe('Calls under way.'),
    cells: z.array(cell),
  })
  .describe('An upstream and what is known of it.');
const upstreamList = z.object({ data: z.array(upstream) });
const upstreamTest = z
  .object({
    name: z.string(),
    key: z.enum(['unknown', 'accepted', 'refused', 'not_needed']),
    fault: z.enum(callFaults).nullable(),
    http_status: z.int().nullable(),
    reason: z.string().describe("The upstream's own words, when it said no."),
  })
  .describe('What an upstream answered to a question that costs nothing.');

const reloaded = z
  .object({
    changed: z.array(z.string()).describe('Settings that changed and are in force.'),
    waiting: z.array(z.string()).describe('Settings that changed and wait for the next start.'),
  })
  .describe('What the configuration has that is new.');

/** Every document that is sent or answered, by the name of its component. */
export const adminSchemas = {
  Error: responseSchemas.Error,
  ErrorObject: responseSchemas.ErrorObject,
  Order: order,
  OrderWithAttempts: orderWithAttempts,
  OrderPage: orderPage,
  Attempt: attempt,
  Upstream: upstream,
  UpstreamCell: cell,
  UpstreamList: upstreamList,
  UpstreamTest: upstreamTest,
  Reloaded: reloaded,
  Key: keySchema,
  KeyWithSecret: keyWithSecretSchema,
  KeyPage: keyPageSchema,
  Secret: secretSchema,
  SecretList: secretListSchema,
  NewKey: newKeyFields,
  KeyChanges: keyChangeFields,
  Rotation: rotationFields,
  Project: projectSchema,
  ProjectPage: projectPageSchema,
  NewProject: newProjectFields,
  ProjectChanges: projectChangeFields,
  Limits: limitsSchema,
  LimitChanges: limitsFields,
  LimitUsage: usageSchema,
  Allowance: allowanceSchema,
  AllowanceChanges: allowanceFields,
  AllowancePage: allowancePageSchema,
  Adjustment: adjustmentSchema,
  AdjustmentPage: adjustmentPageSchema,
  NewAdjustment: newAdjustmentFields,
  Settlement: settlementFields,
  AuditEntry: auditEntrySchema,
  AuditPage: auditPageSchema,
  OrderNews: orderNewsSchema,
  Model: modelSchema,
  ModelList: modelListSchema,
  Studio: studioSchema,
  SettingList: settingListSchema,
  Login: loginFields,
  BeginLogin: beginLoginFields,
  BegunLogin: begunLoginSchema,
  Session: sessionSchema,
  SessionList: sessionListSchema,
  SessionsEnded: sessionsEndedSchema,
  SignedOut: signedOutSchema,
  Usage: usageReportSchema,
} as const;
