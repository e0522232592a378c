import { chargedFor } from '../journey/receipt.ts';
import { csvLine } from './csv-line.ts';
import type { LedgerRow } from './ledger.ts';
import type { KnownNames } from './usage-report.ts';

type Cell = string | number | null;

/** What an export has of an order: a column each, the same in both formats. */
const columns: readonly (readonly [name: string, value: (row: LedgerRow, known: KnownNames) => Cell])[] = [
  ['id', (row) => row.id],
  ['created_at', (row) => time(row.createdAtMs)],
  ['finished_at', (row) => (row.finishedAtMs === null ? null : time(row.finishedAtMs))],
  ['status', (row) => row.status],
  ['operation', (row) => row.operation],
  ['key', (row, { keys }) => keys.get(row.keyId) ?? null],
  ['key_id', (row) => row.keyId],
  ['project', (row, { projects }) => projects.get(row.projectId) ?? null],
  ['project_id', (row) => row.projectId],
  ['end_user', (row) => row.endUser],
  ['model', (row) => row.model],
  ['requested_model', (row) => row.requestedModel],
  ['upstream', (row) => row.upstream],
  ['images_requested', (row) => row.imagesRequested],
  ['images_delivered', (row) => row.imagesDelivered],
  ['input_tokens', (row) => row.inputTokens],
  ['output_tokens', (row) => row.outputTokens],
  ['output_image_tokens', (row) => row.outputImageTokens],
  ['usage_source', (row) => row.usageSource],
  ['reserved_micro_usd', (row) => row.reservedMicroUsd],
  ['cost_micro_usd', (row) => row.costMicroUsd],
  ['charged_micro_usd', chargedFor],
  ['error_code', (row) => row.errorCode],
  ['attempt_count', (row) => row.attempts],
];

export const orderFormats = ['csv', 'jsonl'] as const;
export type OrderFormat = (typeof orderFormats)[number];

/** What an export begins with. */
export function exportHead(format: OrderFormat): string {
  return format === 'csv' ? csvLine(columns.map(([name]) => name)) : '';
}

/** A line an order. */
export function exportLines(rows: readonly LedgerRow[], known: KnownNames, format: OrderFormat): string {
  return rows
    .map((row) => {
      const cells = columns.map(([name, value]) => [name, value(row, known)] as const);
      return format === 'csv'
        ? csvLine(cells.map(([, cell]) => String(cell ?? '')))
        : `${JSON.stringify(Object.fromEntries(cells))}\n`;
    })
    .join('');
}

const time = (atMs: number): string => new Date(atMs).toISOString();
