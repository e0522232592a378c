import { snakeCase } from '../kernel/snake-case.ts';
import { csvLine } from './csv-line.ts';
import { ledgerStatuses, type UsageTotals } from './ledger.ts';
import { amountFields, countFields, type UsageReport, type UsageRow } from './usage-report.ts';

/** How a report is written for programs. */
export const reportFormats = ['json', 'csv', 'jsonl'] as const;
export type ReportFormat = (typeof reportFormats)[number];

const sumColumns = [...countFields, ...amountFields].map((field) => [snakeCase(field), field] as const);
/** Written together, so that others get a turn between: a millisecond's work. */
const rowsInPart = 200;

/** The document of a report in parts: money is whole micro-USD in all of them. */
export function writeUsage(report: UsageReport, format: ReportFormat): Generator<string> {
  if (format === 'csv') return usageCsv(report);
  return format === 'json' ? usageJson(report) : usageJsonLines(report);
}

/**
 * RFC 4180 with a header line; statuses in their own columns, ids beside names, the zone of days beside them; no sum, so
 * that tools can add.
 */
function* usageCsv(report: UsageReport): Generator<string> {
  const columns = groupColumns(report);
  yield csvLine([
    ...columns.map(([name]) => name),
    ...(report.top === undefined ? [] : ['others']),
    ...sumColumns.map(([name]) => name),
    ...ledgerStatuses.map((status) => `${status}_orders`),
  ]);
  for (const rows of partsOf(report.rows))
    yield rows
      .map((row) =>
        csvLine([
          ...columns.map(([, value]) => value(row) ?? ''),
          ...(report.top === undefined ? [] : [String(row.others ?? '')]),
          ...sumColumns.map(([, field]) => String(row[field])),
          ...ledgerStatuses.map((status) => String(row.byStatus[status])),
        ]),
      )
      .join('');
}

/** One document with rows and sum. */
function* usageJson(report: UsageReport): Generator<string> {
  const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  const head = {
    by: report.by.join(','),
    from: time(report.fromMs),
    to: time(report.toMs),
    time_zone: report.timeZone,
    ...(report.top !== undefined && { top: report.top.count, top_by: report.top.by }),
  };
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "rows": [`;
  const columns = groupColumns(report);
  let separator = '\n';
  for (const rows of partsOf(report.rows)) {
    yield rows
      .map((row) => {
        const text = `${separator}    ${JSON.stringify(jsonRow(columns, row))}`;
        separator = ',\n';
        return text;
      })
      .join('');
  }
  yield `${report.rows.length === 0 ? '' : '\n  '}],\n  "total": ${JSON.stringify(withSums({}, report.total))}\n}\n`;
}

/** A document a line and row. */
function* usageJsonLines(report: UsageReport): Generator<string> {
  const columns = groupColumns(report);
  for (const rows of partsOf(report.rows))
    yield rows.map((row) => `${JSON.stringify(jsonRow(columns, row))}\n`).join('');
}

type JsonRow = Record<string, string | number | null | UsageTotals['byStatus']>;

function jsonRow(columns: readonly Column[], row: UsageRow): JsonRow {
  const json: JsonRow = {};
  for (const [name, value] of columns) json[name] = value(row);
  if (row.others !== undefined) json['others'] = row.others;
  return withSums(json, row);
}

/** Written into the object: of a thousand rows, objects in between cost more than all the rest. */
function withSums(json: JsonRow, row: UsageTotals): JsonRow {
  for (const [name, field] of sumColumns) json[name] = jsonNumber(row[field]);
  json['by_status'] = row.byStatus;
  return json;
}

type Column = readonly [name: string, value: (row: UsageRow) => string | null];

function groupColumns({ by, timeZone }: UsageReport): Column[] {
  return by.flatMap((group, index): Column[] => {
    const named: Column = [group, (row) => row.names[index] ?? null];
    if (group === 'key' || group === 'project')
      return [named, [`${group}_id`, (row) => row.groups[index] ?? null]];
    // An hour says how far its clock is ahead; of a day nobody knows.
    return group === 'day' ? [named, ['time_zone', () => timeZone]] : [named];
  });
}

function* partsOf(rows: readonly UsageRow[]): Generator<readonly UsageRow[]> {
  for (let from = 0; from < rows.length; from += rowsInPart) yield rows.slice(from, from + rowsInPart);
}

/** Beyond what most readers of JSON hold without rounding, the digits come as text. */
function jsonNumber(amount: number | bigint): number | string {
  return amount <= Number.MAX_SAFE_INTEGER ? Number(amount) : amount.toString();
}
