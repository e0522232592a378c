import type { requestFields } from '../images/request-schema.ts';

/** What becomes of a value: see `treatmentMeanings`. */
type Treatment = 'exact' | 'nearest' | 'best-effort' | 'recorded' | 'ignored';

/** What the document says of a field beside its type. */
interface FieldTreatment {
  /** What an absent field counts as, where that is one value. */
  readonly default?: string | number | boolean;
  /** The same in words, where it depends. */
  readonly 'x-default'?: string;
  readonly 'x-treatment': Treatment;
}

/** The words of `x-treatment`, for people. */
export const treatmentMeanings: Readonly<Record<Treatment, string>> = {
  exact: 'done to the letter, or refused with a 400 that says what is possible',
  nearest: 'the nearest that is possible is done, and `plantain-adapted` tells what that was',
  'best-effort': 'done where the model can',
  recorded: 'kept with the order in the ledger',
  ignored: 'accepted without effect, and `plantain-adapted` says so; refused in strict mode',
};

/** For each field of a request: what holds without it, and what becomes of it. */
export const fieldTreatments: Readonly<Record<keyof typeof requestFields, FieldTreatment>> = {
  model: { 'x-default': 'the setting `default_model`', 'x-treatment': 'nearest' },
  prompt: { 'x-treatment': 'exact' },
  n: { default: 1, 'x-treatment': 'exact' },
  all_images: { default: false, 'x-treatment': 'exact' },
  aspect_ratio: {
    'x-default': "what `size` asks for, else `1:1`; for edits the first picture's",
    'x-treatment': 'exact',
  },
  image_size: { 'x-default': 'what `size` or `quality` asks for, else `1K`', 'x-treatment': 'exact' },
  size: { default: 'auto', 'x-treatment': 'nearest' },
  width: { 'x-default': 'none', 'x-treatment': 'nearest' },
  height: { 'x-default': 'none', 'x-treatment': 'nearest' },
  fit: { default: 'native', 'x-treatment': 'exact' },
  quality: { default: 'auto', 'x-treatment': 'nearest' },
  response_format: { 'x-default': '`b64_json`; `url` for models called `dall-e…`', 'x-treatment': 'exact' },
  output_format: {
    'x-default': "the model's own; `png` for models asked for by OpenAI's names",
    'x-treatment': 'exact',
  },
  output_compression: { 'x-default': "the format's usual", 'x-treatment': 'exact' },
  background: { default: 'auto', 'x-treatment': 'exact' },
  mask_source: { default: 'mask', 'x-treatment': 'exact' },
  stream: { default: false, 'x-treatment': 'exact' },
  partial_images: { default: 0, 'x-treatment': 'best-effort' },
  user: { 'x-default': 'none', 'x-treatment': 'recorded' },
  safety_identifier: { 'x-default': 'none', 'x-treatment': 'recorded' },
  safety_settings: { 'x-default': "the model's own; the operator may pin them", 'x-treatment': 'exact' },
  tools: { 'x-default': 'none', 'x-treatment': 'exact' },
  moderation: { default: 'auto', 'x-treatment': 'ignored' },
};
