/**
 * Every way an answer can differ from a plain picture, by name, with what it does. The names cover what is
 * known of refusals (docs/contracts/gemini.md#refusals) and errors (docs/contracts/gemini.md#errors).
 */
export const scenarioDescriptions = {
  // Answers without a picture.
  'text-only': 'STOP with a text part and no picture',
  'prose-refusal': 'STOP with a text part that declines politely, as TEXT+IMAGE requests are refused',
  'no-image': 'NO_IMAGE, the candidate has no content',
  'empty-content': 'NO_IMAGE with "content": {}',
  'role-only-content': 'NO_IMAGE with a content that has a role and no parts',
  'parts-null': 'NO_IMAGE with "parts": null',
  'image-safety': 'IMAGE_SAFETY with finishMessage, thinking is still counted',
  'image-prohibited-content': 'IMAGE_PROHIBITED_CONTENT with a support code, role only, no index',
  'image-responsible-ai': 'IMAGE_PROHIBITED_CONTENT in its other wording, with createTime',
  'image-recitation': 'IMAGE_RECITATION',
  'image-other': 'IMAGE_OTHER with finishMessage',
  safety: 'SAFETY',
  recitation: 'RECITATION',
  'prohibited-content': 'PROHIBITED_CONTENT',
  blocklist: 'BLOCKLIST',
  spii: 'SPII',
  language: 'LANGUAGE',
  other: 'OTHER',
  'max-tokens': 'MAX_TOKENS before a picture was made',
  'malformed-response': 'MALFORMED_RESPONSE',
  'prompt-blocked': 'promptFeedback PROHIBITED_CONTENT, no candidates',
  'prompt-blocked-safety': 'promptFeedback SAFETY with safetyRatings',
  'prompt-blocked-other': 'promptFeedback OTHER',
  'prompt-blocked-blocklist': 'promptFeedback BLOCKLIST',
  'prompt-blocked-image-safety': 'promptFeedback IMAGE_SAFETY',
  'no-candidates': 'an answer with usage alone: neither candidates nor promptFeedback',
  // Answers with pictures in unusual places.
  'several-images': 'drafts, then the final picture; the argument is how many (2-10, default 3)',
  'thought-image': 'drafts marked as thoughts, then the final picture',
  'only-thought-image': 'the only picture is marked as a thought',
  'text-first': 'a text part before the picture, whatever was asked for',
  'text-last': 'a text part after the picture',
  'large-signature': 'a thoughtSignature of 1 MB beside the picture',
  'large-answer': 'a picture padded to more than 12 MB; the argument is the megabytes (1-64)',
  'wrong-dimensions': 'pixels other than documented: 1408x768 for 16:9 and the like',
  'missing-usage': 'no usageMetadata',
  'missing-usage-details': 'usageMetadata with the three counts alone',
  continuation: 'CONTINUATION with a token first; the picture when the request comes back with it',
  // The same answer in another spelling.
  'compact-json': 'no whitespace at all',
  'shuffled-keys': 'every object in another key order',
  'escaped-base64': '\\u003d and \\/ inside the base64',
  'snake-case-answer': 'inline_data and mime_type instead of inlineData and mimeType',
  // Errors.
  'rate-limit': '429 with RetryInfo; the argument is the seconds (default 34)',
  'rate-limit-fractional': '429 with a fractional retryDelay',
  'rate-limit-daily': '429 of the daily quota, retry in 48m44s',
  'resource-exhausted': '429 without details',
  'credits-depleted': '429, prepaid credits used up',
  'limit-zero': '429 with limit: 0, a project without quota',
  'internal-error': '500 INTERNAL',
  'internal-error-report': '500 INTERNAL in its older wording',
  unavailable: '503, the service is unavailable',
  overloaded: '503, the model is overloaded',
  'high-demand': '503, the model is in high demand',
  'deadline-exceeded': '504 DEADLINE_EXCEEDED',
  'html-502': "502 with a front end's HTML page",
  'bad-key': '400 API_KEY_INVALID',
  forbidden: '403 PERMISSION_DENIED',
  'location-unsupported': '400 FAILED_PRECONDITION, the location is not served',
  'invalid-argument': '400 INVALID_ARGUMENT in its bare wording',
  'model-retired': '404, the model is no longer available',
  'model-not-found': '404, the model is unknown',
  // The wire.
  'slow-first-byte': 'waits before the first byte; the argument is milliseconds (default 3000)',
  hang: 'never answers',
  'cut-body': 'the connection ends in the middle of the body',
  reset: 'the connection is reset before an answer',
  'invalid-json': 'a 200 whose body is not JSON to its end',
  'error-chunk': 'an error inside a 200 stream; 503 when unary',
  // Faults that pass. The argument tells one pair of calls from another.
  'flaky-once': '503 the first time, then a picture',
  'no-image-once': 'NO_IMAGE the first time, then a picture',
  'rate-limit-once': '429 with a delay of one second the first time, then a picture',
} as const;

export type ScenarioName = keyof typeof scenarioDescriptions;

export const scenarioNames = Object.keys(scenarioDescriptions) as readonly ScenarioName[];

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(scenarioDescriptions, name);
}
