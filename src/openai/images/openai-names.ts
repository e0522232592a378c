/** Whether a model is asked for by a name of OpenAI's, behind whatever prefix (docs/contracts/openai-images.md#model-names). */
export function isOpenAiName(requestedModel: string): boolean {
  return /^(?:gpt-image-|chatgpt-image-|dall-e-)/.test(withoutPrefix(requestedModel));
}

/** Whether it is asked for by one of the old names, whose clients expect links. */
export function isDallEName(requestedModel: string): boolean {
  return withoutPrefix(requestedModel).startsWith('dall-e');
}

function withoutPrefix(requestedModel: string): string {
  return requestedModel.trim().toLowerCase().split('/').at(-1) ?? '';
}
