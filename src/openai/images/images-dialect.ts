import type { Dialect } from '../../journey/dialect.ts';
import { writeError } from '../shared/write-error.ts';
import { type ReadOrderTools, readOrder } from './read-order.ts';
import { writeDryRun } from './write-dry-run.ts';
import { writeResult } from './write-result.ts';
import { writeStream } from './write-stream.ts';

/** OpenAI's Images API: fields to an order, results to JSON or events. */
export function imagesDialect(tools: ReadOrderTools, nowMs: () => number): Dialect {
  return {
    read: (request, caller, scope) => readOrder(tools, request, caller, scope),
    writeResult: (result) => writeResult(result, nowMs()),
    writeStream: (order, fulfil) => writeStream(order, fulfil, nowMs),
    writeDryRun,
    writeError,
  };
}
