import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { badRequest, GoogleError } from './google-error.ts';
import type { JsonObject } from './json-value.ts';

const defaultPageSize = 50;
const maxPageSize = 1000;

/** One entry of ListModels, in Google's key order (docs/contracts/gemini.md#model-list). */
export function modelEntry(model: CatalogueModel): JsonObject {
  return {
    name: `models/${model.id}`,
    version: model.version,
    displayName: model.displayName,
    description: model.description,
    inputTokenLimit: model.inputTokenLimit,
    outputTokenLimit: model.outputTokenLimit,
    supportedGenerationMethods: ['generateContent', 'countTokens', 'batchGenerateContent'],
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 1,
    thinking: model.thinking ? true : undefined,
  };
}

/** The same as Vertex lists it. */
export function publisherModelEntry(model: CatalogueModel): JsonObject {
  return {
    name: `publishers/google/models/${model.id}`,
    versionId: 'default',
    openSourceCategory: 'PROPRIETARY',
    launchStage: 'GA',
  };
}

/** A page of the list; `isVertex` in Vertex's words. Throws 400 for a page size or token that is not one. */
export function listModels(
  models: readonly CatalogueModel[],
  query: URLSearchParams,
  isVertex = false,
): JsonObject {
  const pageSize = readPageSize(query.get('pageSize') ?? query.get('page_size') ?? '');
  const start = readPageToken(query.get('pageToken') ?? query.get('page_token') ?? '', models.length);
  const end = start + pageSize;
  const page = models.slice(start, end);
  return {
    ...(isVertex ? { publisherModels: page.map(publisherModelEntry) } : { models: page.map(modelEntry) }),
    nextPageToken: end < models.length ? Buffer.from(`models:${end}`).toString('base64url') : undefined,
  };
}

function readPageSize(text: string): number {
  if (text === '') return defaultPageSize;
  const number = Number(text);
  if (!/^-?\d+$/.test(text)) {
    const description = `Invalid value at 'page_size' (TYPE_INT32), ${JSON.stringify(text)}`;
    throw badRequest([{ field: 'page_size', description }]);
  }
  return number <= 0 ? defaultPageSize : Math.min(number, maxPageSize);
}

function readPageToken(token: string, modelCount: number): number {
  if (token === '') return 0;
  const start = Number(
    /^models:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('latin1'))?.[1] ?? Number.NaN,
  );
  if (Number.isNaN(start) || start > modelCount)
    throw new GoogleError('INVALID_ARGUMENT', 'Request contains an invalid argument.');
  return start;
}
