import { z } from 'zod';
import { CapturedText } from '../../bytes/captured-text.ts';

/** The fields Plantain reads of an answer. Lenient on purpose: what is of another type than expected counts as absent. */
const captured = z.instanceof(CapturedText).optional().catch(undefined);
const text = z.string().optional().catch(undefined);

const element = z
  .looseObject({ b64_json: captured, url: captured })
  .catch({ b64_json: undefined, url: undefined });

export const openAiAnswer = z.looseObject({
  /** Of a streamed event. */
  type: text,
  b64_json: captured,
  data: z.array(element).optional().catch(undefined),
  usage: z
    .looseObject({
      input_tokens: z.unknown().optional(),
      output_tokens: z.unknown().optional(),
      total_tokens: z.unknown().optional(),
      input_tokens_details: z
        .looseObject({ image_tokens: z.unknown().optional() })
        .nullish()
        .catch(undefined),
      output_tokens_details: z
        .looseObject({ image_tokens: z.unknown().optional() })
        .nullish()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

export type OpenAiAnswer = z.infer<typeof openAiAnswer>;
export type OpenAiUsage = NonNullable<OpenAiAnswer['usage']>;
