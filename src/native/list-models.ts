import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { invalid } from './invalid.ts';

const defaultPageSize = 50;
const maxPageSize = 1000;

/** A model as Google lists it (docs/contracts/gemini.md#model-list), under the name it was asked for. */
export function modelJson(name: string, model: CatalogueModel): Record<string, unknown> {
  return {
    name: `models/${name}`,
    version: model.version,
    displayName: model.displayName,
    description: model.description,
    inputTokenLimit: model.inputTokenLimit,
    outputTokenLimit: model.outputTokenLimit,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 1,
    ...(model.thinking && { thinking: true }),
  };
}

/** The page of a list that `pageSize` and `pageToken` ask for, under `name`. Throws `invalid_value`. */
export function pageOf(
  name: string,
  entries: readonly Record<string, unknown>[],
  query: URLSearchParams,
): Record<string, unknown> {
  const size = pageSizeOf(query.get('pageSize') ?? query.get('page_size') ?? '');
  const token = query.get('pageToken') ?? query.get('page_token') ?? '';
  const [, position] = /^from:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('latin1')) ?? [];
  if (token !== '' && position === undefined)
    throw invalid('pageToken', 'The page token is not one that this list gave.');
  const start = Number(position ?? 0);
  const end = start + size;
  return {
    [name]: entries.slice(start, end),
    ...(end < entries.length && { nextPageToken: Buffer.from(`from:${end}`).toString('base64url') }),
  };
}

function pageSizeOf(text: string): number {
  if (text === '') return defaultPageSize;
  if (!/^-?\d{1,9}$/.test(text))
    throw invalid(
      'pageSize',
      `Invalid value at 'page_size' (TYPE_INT32), ${JSON.stringify(text.slice(0, 60))}`,
    );
  const size = Number(text);
  return size <= 0 ? defaultPageSize : Math.min(size, maxPageSize);
}
