export interface EnumType {
  /** The name after `google.ai.generativelanguage.v1beta.`, as error messages give it. */
  readonly name: string;
  readonly values: readonly string[];
}

const ratioWords = [
  'ONE_BY_ONE',
  'TWO_BY_THREE',
  'THREE_BY_TWO',
  'THREE_BY_FOUR',
  'FOUR_BY_THREE',
  'FOUR_BY_FIVE',
  'FIVE_BY_FOUR',
  'NINE_BY_SIXTEEN',
  'SIXTEEN_BY_NINE',
  'TWENTY_ONE_BY_NINE',
  'ONE_BY_FOUR',
  'FOUR_BY_ONE',
  'ONE_BY_EIGHT',
  'EIGHT_BY_ONE',
];

/** Names are matched without regard to case: `"Image"` is accepted (docs/contracts/gemini.md#parameters-by-effect). */
export const enums: Readonly<Record<string, EnumType>> = {
  Modality: {
    name: 'GenerationConfig.Modality',
    values: ['MODALITY_UNSPECIFIED', 'TEXT', 'IMAGE', 'AUDIO', 'VIDEO'],
  },
  MediaResolution: {
    name: 'GenerationConfig.MediaResolution',
    values: [
      'MEDIA_RESOLUTION_UNSPECIFIED',
      'MEDIA_RESOLUTION_LOW',
      'MEDIA_RESOLUTION_MEDIUM',
      'MEDIA_RESOLUTION_HIGH',
    ],
  },
  ThinkingLevel: {
    name: 'ThinkingConfig.ThinkingLevel',
    values: ['THINKING_LEVEL_UNSPECIFIED', 'LOW', 'MEDIUM', 'HIGH', 'MINIMAL'],
  },
  ServiceTier: { name: 'ServiceTier', values: ['UNSPECIFIED', 'STANDARD', 'FLEX', 'PRIORITY'] },
  HarmCategory: {
    name: 'HarmCategory',
    values: [
      'HARM_CATEGORY_UNSPECIFIED',
      'HARM_CATEGORY_DEROGATORY',
      'HARM_CATEGORY_TOXICITY',
      'HARM_CATEGORY_VIOLENCE',
      'HARM_CATEGORY_SEXUAL',
      'HARM_CATEGORY_MEDICAL',
      'HARM_CATEGORY_DANGEROUS',
      'HARM_CATEGORY_HARASSMENT',
      'HARM_CATEGORY_HATE_SPEECH',
      'HARM_CATEGORY_SEXUALLY_EXPLICIT',
      'HARM_CATEGORY_DANGEROUS_CONTENT',
      'HARM_CATEGORY_CIVIC_INTEGRITY',
    ],
  },
  HarmBlockThreshold: {
    name: 'SafetySetting.HarmBlockThreshold',
    values: [
      'HARM_BLOCK_THRESHOLD_UNSPECIFIED',
      'BLOCK_LOW_AND_ABOVE',
      'BLOCK_MEDIUM_AND_ABOVE',
      'BLOCK_ONLY_HIGH',
      'BLOCK_NONE',
      'OFF',
    ],
  },
  ImageAspectRatio: {
    name: 'ImageResponseFormat.AspectRatio',
    values: ['ASPECT_RATIO_UNSPECIFIED', ...ratioWords.map((words) => `ASPECT_RATIO_${words}`)],
  },
  ImageSizeName: {
    name: 'ImageResponseFormat.ImageSize',
    values: [
      'IMAGE_SIZE_UNSPECIFIED',
      'IMAGE_SIZE_FIVE_TWELVE',
      'IMAGE_SIZE_ONE_K',
      'IMAGE_SIZE_TWO_K',
      'IMAGE_SIZE_FOUR_K',
    ],
  },
  ImageMimeType: { name: 'ImageResponseFormat.MimeType', values: ['MIME_TYPE_UNSPECIFIED', 'IMAGE_JPEG'] },
  Delivery: { name: 'ImageResponseFormat.Delivery', values: ['DELIVERY_UNSPECIFIED', 'INLINE', 'URI'] },
};
