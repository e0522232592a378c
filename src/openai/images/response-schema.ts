import { z } from 'zod';
import { aspectRatios, imageSizes } from '../../journey/catalogue-model.ts';
import { errorCatalogue } from '../../kernel/error-catalogue.ts';

/**
 * The bodies this server answers with. The OpenAPI document is made from these, and the tests hold real answers
 * against that document. Each is named in `responseSchemas` by the component it becomes.
 */
const count = z.int().min(0);
const unixSeconds = (what: string) => z.int().min(0).describe(`${what}, in seconds since 1970.`);
const base64 = z
  .base64()
  .min(1)
  .describe('The bytes of the picture as base64, without a `data:` prefix.')
  .meta({ contentEncoding: 'base64' });
const pixelSize = z
  .string()
  .regex(/^[1-9]\d*x[1-9]\d*$/)
  .describe('The real size in pixels, WIDTHxHEIGHT, read from the picture.');

const tokenDetails = z.object({ image_tokens: count, text_tokens: count });
const usage = z
  .object({
    input_tokens: count,
    input_tokens_details: tokenDetails,
    output_tokens: count,
    output_tokens_details: tokenDetails,
    total_tokens: count,
  })
  .describe('Tokens as the upstream counted them, summed over all its calls.');

const imageFacts = {
  background: z.literal('opaque'),
  output_format: z
    .string()
    .regex(/^[\w.+-]+$/)
    .describe(
      'What the bytes of the picture are: png, jpeg, webp, avif or gif; of another type, what the upstream declared.',
    ),
  quality: z.enum(['low', 'medium', 'high']).describe('512 is low, 1K medium, 2K and 4K high.'),
  size: pixelSize.optional().describe('The real size; left out where the type of the picture is not known.'),
};

const imagesResponse = z
  .object({
    created: unixSeconds('When the answer was made'),
    data: z
      .array(
        z.union([
          z.object({ b64_json: base64 }),
          z.object({ url: z.url().describe('A signed link that works without a key until it expires.') }),
        ]),
      )
      .min(1)
      .describe(
        'The pictures. Fewer than `n` when some could not be drawn; `plantain-adapted` then says how many.',
      ),
    ...imageFacts,
    usage: usage.optional().describe('Left out when the upstream did not count every call.'),
  })
  .describe('Finished pictures.');

const adaptation = z
  .object({
    parameter: z.string().describe('The parameter, as the caller spelled it.'),
    action: z
      .enum(['ignored', 'mapped', 'partial'])
      .describe('Without effect; the nearest possible was used; some of it was delivered.'),
    from: z.string().optional(),
    to: z.string().optional(),
    reason: z.string().optional(),
  })
  .describe('Something asked for that is not done to the letter.');

const dryRun = z
  .object({
    object: z.literal('image.dry_run'),
    operation: z.enum(['generate', 'edit']),
    model: z.string().describe('The model that would draw.'),
    aspect_ratio: z.enum([...aspectRatios, 'auto']),
    image_size: z.enum(imageSizes),
    size: pixelSize
      .nullable()
      .describe(
        'The pixels that will be delivered, for drawn ones those documented; null where the model chooses the ratio.',
      ),
    n: z.int().min(1).max(10),
    references: count.describe('Reference pictures received.'),
    advised_references: count.describe('More reference pictures than this seldom help with this model.'),
    has_mask: z.boolean(),
    response_format: z.enum(['b64_json', 'url']),
    output_format: imageFacts.output_format,
    stream: z.boolean(),
    adaptations: z.array(adaptation),
    highest_price_micro_usd: count.describe('The most this order can cost, in millionths of a US dollar.'),
    highest_price: z.string().describe('The same, for people.'),
  })
  .describe('An order as it was understood. Nothing was drawn and nothing was charged.');

const codes = [...new Set(Object.values(errorCatalogue).flatMap(({ code }) => code ?? []))];
const types = [...new Set(Object.values(errorCatalogue).map(({ type }) => type))];
const errorObject = z.object({
  message: z.string().min(1).describe('What is wrong and how to cure it.'),
  type: z.enum(types),
  param: z.string().nullable().describe('The parameter at fault, as the caller spelled it.'),
  code: z.enum(codes).nullable(),
});
const error = z.object({ error: errorObject }).describe("Every error, in OpenAI's shape.");

const eventFacts = { b64_json: base64, created_at: unixSeconds('When the event was made'), ...imageFacts };
const partialImageEvent = (type: string) =>
  z
    .object({ type: z.literal(type), ...eventFacts, partial_image_index: count.max(2) })
    .describe('A draft, sent only when `partial_images` asks for some and the model makes them.');
const completedEvent = (type: string) =>
  z
    .object({
      type: z.literal(type),
      ...eventFacts,
      usage: usage.describe("The order's tokens in the last event, zeros in earlier ones."),
    })
    .describe('A finished picture.');
const errorEvent = z
  .object({ type: z.literal('error'), error: errorObject })
  .describe('The order failed after the stream had begun. Nothing follows.');

const model = z
  .object({
    id: z.string().min(1),
    object: z.literal('model'),
    created: unixSeconds('When the model was released'),
    owned_by: z.string(),
    shutdown_date: z.iso.date().optional(),
    supported_endpoint_types: z.array(z.string()),
    aspect_ratios: z.array(z.enum(aspectRatios)),
    image_sizes: z.array(z.enum(imageSizes)),
    max_reference_images: count.describe('More than this are refused.'),
    advised_reference_images: count.describe('More than this seldom help.'),
  })
  .describe('A model, under the name it was asked for.');
const modelList = z.object({ object: z.literal('list'), data: z.array(model) });

const health = z.object({ status: z.literal('ok') });
const readiness = z.object({
  status: z.enum(['ready', 'not ready']),
  problems: z.array(z.string()).optional().describe('What keeps it from taking orders.'),
  upstreams: z.array(
    z.object({
      name: z.string(),
      health: z.string(),
      key: z
        .enum(['unknown', 'accepted', 'refused', 'not_needed'])
        .describe('Whether the upstream takes the key; unknown until it has been asked.'),
      cells: z
        .array(
          z.object({
            model: z.string(),
            state: z.string().describe('ready, cooling, open, probing or missing.'),
          }),
        )
        .describe('The models that it was asked for, and how each is.'),
    }),
  ),
});

/** Every answer by the name of its component in the OpenAPI document. */
export const responseSchemas = {
  ImagesResponse: imagesResponse,
  ImagesUsage: usage,
  DryRun: dryRun,
  Adaptation: adaptation,
  Error: error,
  ErrorObject: errorObject,
  ImageGenerationPartialImageEvent: partialImageEvent('image_generation.partial_image'),
  ImageGenerationCompletedEvent: completedEvent('image_generation.completed'),
  ImageEditPartialImageEvent: partialImageEvent('image_edit.partial_image'),
  ImageEditCompletedEvent: completedEvent('image_edit.completed'),
  ErrorEvent: errorEvent,
  Model: model,
  ModelList: modelList,
  Health: health,
  Readiness: readiness,
} as const;
