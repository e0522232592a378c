/** Types of reference pictures that Gemini reads (docs/contracts/gemini.md#reference-pictures): they go out as they came. */
export const readByUpstreams: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/heic',
  'image/heif',
]);

/** Types that it does not read and that can be decoded here: PNG is made of them. */
export const madePng: ReadonlySet<string> = new Set(['image/avif', 'image/gif', 'image/tiff']);
