import { z } from 'zod';
import { aspectRatios, imageSizes } from '../journey/catalogue-model.ts';

const wholeNumber = z.int().min(0);
const isoDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as "2026-10-06"');
const imageSize = z.enum(imageSizes);

/**
 * One entry of the file's `models`. Every field may be left out: the rest comes from the model of the same
 * id in `routing/models.json`, or from the one that `extends` names. A group such as `image_tokens` replaces
 * the whole group.
 */
export const modelChangeSchema = z.strictObject({
  extends: z.string().min(1).exactOptional(),
  version: z.string().exactOptional(),
  displayName: z.string().min(1).exactOptional(),
  description: z.string().exactOptional(),
  releasedOn: isoDate.exactOptional(),
  shutdownOn: isoDate.nullable().exactOptional(),
  state: z.enum(['current', 'deprecated']).exactOptional(),
  successor: z.string().min(1).nullable().exactOptional(),
  aspectRatios: z.array(z.enum(aspectRatios)).min(1).exactOptional(),
  imageSizes: z.array(imageSize).min(1).exactOptional(),
  defaultImageSize: imageSize.exactOptional(),
  sendsImageSize: z.boolean().exactOptional(),
  pixelTable: z.string().min(1).exactOptional(),
  outputMimeType: z.enum(['image/png', 'image/jpeg']).exactOptional(),
  imageTokens: z.partialRecord(imageSize, wholeNumber).exactOptional(),
  microUsdPerMillionTokens: z
    .strictObject({ input: wholeNumber, textOutput: wholeNumber, imageOutput: wholeNumber })
    .exactOptional(),
  inputImageTokens: wholeNumber.exactOptional(),
  maxReferenceImages: wholeNumber.exactOptional(),
  advisedReferenceImages: wholeNumber.exactOptional(),
  drafts: z.boolean().exactOptional(),
  thinking: z.boolean().exactOptional(),
  maxThinkingTokens: wholeNumber.exactOptional(),
  inputTokenLimit: wholeNumber.exactOptional(),
  outputTokenLimit: wholeNumber.exactOptional(),
  deadlineMs: z.partialRecord(imageSize, z.int().min(1)).exactOptional(),
});

export type ModelChange = Readonly<z.infer<typeof modelChangeSchema>>;

/** What the operator's file adds to or changes in the model catalogue, shape checked, in the field names of `models.json`. */
export interface CatalogueChanges {
  /** By model id. */
  readonly models: Readonly<Record<string, ModelChange>>;
  /** Name → model id. A name may end in `*`. */
  readonly aliases: Readonly<Record<string, string>>;
}

export const noCatalogueChanges: CatalogueChanges = { models: {}, aliases: {} };
