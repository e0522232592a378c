import { z } from 'zod';
import type { JsonObject } from '../openai/openapi/openapi-schemas.ts';
import { queryParameter } from './admin-operation.ts';

const mostOnPage = 100;
const usualOnPage = 50;

/** A whole number of the query, from 1 to `most`, written as one; `range`: what is expected. */
export function countField(most: number, range: string) {
  return z
    .string()
    .regex(/^\d{1,6}$/, range)
    .transform(Number)
    .pipe(z.number().min(1, range).max(most, range));
}

export const pageLimit = countField(mostOnPage, `1 to ${mostOnPage} are expected`).default(usualOnPage);

const text = { type: 'string' } as const;

/** A parameter of the query that is text. */
export const textParameter = (name: string, description: string): JsonObject =>
  queryParameter(name, description, text);

export const limitParameter = queryParameter('limit', 'The most on one page.', {
  type: 'integer',
  minimum: 1,
  maximum: mostOnPage,
  default: usualOnPage,
});

/** A page out of one more than it holds, and where the next one begins; null: this is the last. */
export function pageOf<Row extends { readonly id: string }>(
  found: readonly Row[],
  limit: number,
): { readonly rows: readonly Row[]; readonly next: string | null } {
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}
