import { createReadStream } from 'node:fs';
import { billField, type BillRecord, type BillRow, missingFields, readBillRow } from '../usage/bill-row.ts';
import { csvRecords } from '../usage/csv-records.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';

/** More than a row of a bill has. */
const maxLineLength = 1024 * 1024;

/** The rows of Google's billing export, CSV or JSON lines, one after the other. Throws CommandError with file and line. */
export async function* readBill(file: string): AsyncGenerator<BillRow> {
  let row = 0;
  try {
    for await (const record of recordsOf(file)) {
      row++;
      yield readBillRow(record);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const isSystem = error instanceof Error && 'syscall' in error;
    const reason = isSystem
      ? `cannot be read: ${systemReason(error)}`
      : `row ${String(row)}: ${error instanceof Error ? error.message : String(error)}`;
    throw new CommandError(`${file}: ${reason}.`, exitCodes.usage, error);
  }
}

async function* recordsOf(file: string): AsyncGenerator<BillRecord> {
  const pieces = createReadStream(file, 'utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  const first = await pieces.next();
  const start = first.done === true ? '' : first.value.replace(/^\ufeff/, '');
  async function* text(): AsyncGenerator<string> {
    yield start;
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
  }
  const isJson = /^\s*\{/.test(start);
  for await (const record of isJson ? jsonRecords(text()) : tableRecords(text())) {
    const missing = missingFields(new Set(record.keys()));
    if (missing.length > 0)
      throw new CommandError(
        `${file} lacks ${missing.join(', ')}. It has to be Google's billing export, as CSV or JSON lines.`,
        exitCodes.usage,
      );
    yield record;
  }
}

async function* tableRecords(text: AsyncIterable<string>): AsyncGenerator<BillRecord> {
  let names: readonly string[] | undefined;
  for await (const fields of csvRecords(text)) {
    const heading = names;
    if (heading === undefined) names = fields.map(billField);
    else yield new Map(heading.map((name, index) => [name, fields[index] ?? '']));
  }
}

async function* jsonRecords(text: AsyncIterable<string>): AsyncGenerator<BillRecord> {
  let rest = '';
  const record = (line: string): BillRecord => {
    const found = new Map<string, string>();
    flatten('', JSON.parse(line), found);
    return found;
  };
  for await (const piece of text) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineLength) throw new Error('a line is too long for a bill');
    for (const line of lines) if (line.trim() !== '') yield record(line);
  }
  if (rest.trim() !== '') yield record(rest);
}

/** `{"sku": {"description": "x"}}` → `sku.description`. Lists, such as credits, are not compared. */
function flatten(prefix: string, value: unknown, into: Map<string, string>): void {
  if (value === null) into.set(billField(prefix), '');
  else if (typeof value === 'string') into.set(billField(prefix), value);
  else if (typeof value === 'number' || typeof value === 'boolean')
    into.set(billField(prefix), String(value));
  else if (typeof value === 'object' && !Array.isArray(value))
    for (const [name, inner] of Object.entries(value)) flatten(`${prefix}.${name}`, inner, into);
}
