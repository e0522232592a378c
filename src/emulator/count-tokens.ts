import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { checkContents, checkRoles } from './check-constraints.ts';
import type { CountTokensRequest } from './generate-request.ts';
import { badRequest } from './google-error.ts';
import type { JsonObject } from './json-value.ts';
import { parseJsonBody } from './parse-json.ts';
import { readPrompt } from './read-prompt.ts';
import { readProto } from './read-proto.ts';
import type { Route } from './route.ts';
import { countPromptTokens } from './token-count.ts';

/** Answers countTokens by the same count that generation bills. Throws GoogleError. */
export async function countTokens(
  model: CatalogueModel,
  body: Buffer,
  { version, vertex }: Pick<Route, 'version' | 'vertex'>,
): Promise<JsonObject> {
  const type = vertex === undefined ? 'CountTokensRequest' : 'VertexCountTokensRequest';
  const { message, violations } = readProto(type, parseJsonBody(body), version);
  if (violations.length > 0) throw badRequest(violations);
  const request = message as CountTokensRequest;
  const contents = request.contents ?? request.generateContentRequest?.contents ?? [];
  checkContents(contents);
  if (vertex !== undefined) checkRoles(contents);
  const prompt = await readPrompt(contents, request.generateContentRequest?.systemInstruction);
  const { total, details } = countPromptTokens(model, prompt.texts, prompt.media);
  return { totalTokens: total, promptTokensDetails: details.length > 0 ? details : undefined };
}
