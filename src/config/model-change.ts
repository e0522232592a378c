import { z } from 'zod';
import { aspectRatios, imageSizes } from '../journey/catalogue-model.ts';
import { duration, matching, oneOf, wholeNumber, yesOrNo } from './value-kinds.ts';

const name = () => matching(/./, 'text');
const date = () => matching(/^\d{4}-\d{2}-\d{2}$/, 'a date such as "2026-10-06"');
const amount = () => wholeNumber(0, 1e12);
const listOf = <T>(item: z.ZodType<T>) => z.array(item).min(1, 'must not be empty');
const bySize = <T>(value: z.ZodType<T>) => z.partialRecord(z.enum(imageSizes), value);

/**
 * One entry of the file's `models`, in the field names of `routing/models.json`. Every field may be left out: the
 * rest comes from the model of the same id, or from the one that `extends` names. A group such as `image_tokens`
 * replaces the whole group. Their shape is checked here, their sense by the model catalogue.
 */
export const modelChange = () =>
  z.strictObject({
    extends: name().exactOptional(),
    version: z.string().exactOptional(),
    displayName: name().exactOptional(),
    description: z.string().exactOptional(),
    releasedOn: date().exactOptional(),
    shutdownOn: date().nullable().exactOptional(),
    state: oneOf(['current', 'deprecated']).exactOptional(),
    successor: name().nullable().exactOptional(),
    aspectRatios: listOf(oneOf(aspectRatios)).exactOptional(),
    imageSizes: listOf(oneOf(imageSizes)).exactOptional(),
    defaultImageSize: oneOf(imageSizes).exactOptional(),
    sendsImageSize: yesOrNo().exactOptional(),
    pixelTable: name().exactOptional(),
    outputMimeType: oneOf(['image/png', 'image/jpeg']).exactOptional(),
    imageTokens: bySize(amount()).exactOptional(),
    microUsdPerMillionTokens: z
      .strictObject({
        input: amount(),
        imageInput: amount().exactOptional(),
        textOutput: amount(),
        imageOutput: amount(),
        perPicture: wholeNumber(0, 1e9).exactOptional(),
      })
      .exactOptional(),
    inputImageTokens: amount().exactOptional(),
    maxReferenceImages: amount().exactOptional(),
    advisedReferenceImages: amount().exactOptional(),
    drafts: yesOrNo().exactOptional(),
    maxPicturesPerCall: wholeNumber(1, 100).exactOptional(),
    thinking: yesOrNo().exactOptional(),
    maxThinkingTokens: amount().exactOptional(),
    inputTokenLimit: amount().exactOptional(),
    outputTokenLimit: amount().exactOptional(),
    deadlineMs: bySize(duration('ms', 1, 86_400_000)).exactOptional(),
  });
