import { z } from 'zod';
import { operatorRoles } from '../journey/operator.ts';

/** What the admin API answers with beyond orders, keys and upstreams: who is signed in, models, settings, news of orders. */
const count = z.int().min(0);
const microUsd = (what: string) => z.int().min(0).describe(`${what}, in millionths of a US dollar.`);
const time = (what: string) => z.iso.datetime().describe(what);

export const orderNewsSchema = z
  .object({ kind: z.enum(['opened', 'settled']), id: z.string().describe('Of the order.') })
  .describe('What happened to an order.');

/** What a browser shows to get a session: one of the three. */
export const loginFields = z
  .strictObject({
    secret: z.string().min(1).max(600).optional().describe('The admin secret, or the viewer secret.'),
    claim: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('Instead of it: the token of the link that the start printed.'),
    oidc: z
      .string()
      .min(1)
      .max(8192)
      .optional()
      .describe('Instead of it: the query that the identity provider sent the browser back with.'),
  })
  .describe('What a browser shows to get a session.');
export const sessionSchema = z
  .object({
    role: z.enum(operatorRoles),
    name: z.string().describe('Who that is: how they came in, or their name where it is known.'),
    expires_at: time('When the session ends at the latest; null for one who came with a secret.').nullable(),
    csrf: z
      .string()
      .nullable()
      .describe('What `x-plantain-csrf` has to say with whatever changes something; null without a session.'),
    version: z.string().describe('Of the server.'),
    sandbox: z.boolean().describe('Whether the sandbox alone draws: nothing is charged.'),
    insecure: z.boolean().describe('Whether what goes over this connection can be read on its way.'),
  })
  .describe('Who asks.');
export const sessionListSchema = z.object({
  data: z.array(
    z
      .object({
        id: z.string(),
        role: z.enum(operatorRoles),
        name: z.string(),
        created_at: time('When they signed in.'),
        seen_at: time('When it was last used, to the minute.'),
        expires_at: time('When it ends at the latest.'),
        address: z.string(),
        user_agent: z.string(),
        current: z.boolean().describe('Whether it is the one that asks.'),
      })
      .describe('A browser that is signed in.'),
  ),
});
/** Where a sign-in by the identity provider is to come back to. */
export const beginLoginFields = z
  .strictObject({
    return_to: z
      .url()
      .max(2000)
      .describe(
        'The page of this server that the provider is to send the browser back to; it has to know it.',
      ),
  })
  .describe('A sign-in by the identity provider that is to begin.');
export const begunLoginSchema = z
  .object({
    address: z.string().describe('Where the browser is to go.'),
    state: z.string().describe('What the provider sends back with it.'),
  })
  .describe('A sign-in by the identity provider that has begun.');
export const signedOutSchema = z
  .object({
    ended: count.describe('How many sessions ended.'),
    sign_out_url: z
      .string()
      .nullable()
      .describe(
        'Where the browser is to go to sign out at the identity provider too; null where there is none.',
      ),
  })
  .describe('A session that ended.');
export const sessionsEndedSchema = z.object({ ended: count.describe('How many sessions ended.') });

export const modelSchema = z
  .object({
    id: z.string(),
    display_name: z.string(),
    description: z.string(),
    is_default: z.boolean().describe('Whether it draws for requests that name no model.'),
    names: z.array(z.string()).describe('Other names that mean it.'),
    state: z.enum(['current', 'deprecated']),
    released_on: z.iso.date(),
    shutdown_on: z.iso.date().nullable(),
    successor: z.string().nullable(),
    aspect_ratios: z.array(z.string()),
    sizes: z.array(
      z.object({
        size: z.string(),
        picture_cost_micro_usd: microUsd('What a picture costs, beside prompt, references and thinking'),
        pixels: z.record(z.string(), z.string()).describe('By ratio.'),
      }),
    ),
    default_size: z.string(),
    output_mime_type: z.string(),
    max_references: count,
    reference_cost_micro_usd: microUsd(
      'What a picture that is sent along costs; the one that shows where a mask is costs the same',
    ),
    prices: z
      .object({
        input: count,
        image_input: count.nullable().describe('Null: as text.'),
        text_output: count,
        image_output: count,
        per_picture: count.nullable().describe('Of one picture; null where none is charged by the picture.'),
      })
      .describe('Of a million tokens at the standard tier today, in millionths of a US dollar.'),
    priced_from: z.iso.date().nullable().describe("The day these prices began; null: the operator's own."),
  })
  .describe('A model of the catalogue.');
export const modelListSchema = z.object({ data: z.array(modelSchema) });

export const studioSchema = z
  .object({
    keys: z
      .array(z.object({ id: z.string(), name: z.string(), project: z.string() }))
      .describe('Keys that can order pictures now, by their names; at most 500.'),
    max_reference_bytes: count.describe('Of one picture that is sent along.'),
    max_body_bytes: count.describe('Of one order, its pictures included as base64.'),
  })
  .describe('What a page needs to order pictures as a key.');

const setting = z
  .object({
    name: z.string().describe('Its place in plantain.yaml.'),
    value: z
      .string()
      .describe('As shown to people; of a secret only that it is set, and empty when it is not.'),
    origin: z.string().describe('Where the value came from: default, a file with its line, or a variable.'),
    description: z.string(),
    secret: z.boolean(),
  })
  .describe('A setting in force.');
export const settingListSchema = z.object({ data: z.array(setting) });
