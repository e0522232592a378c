import { type DestinationStream, type Logger, pino } from 'pino';
import { printableLines } from '../kernel/printable.ts';
import { withoutKeys, withoutSecrets } from './without-secrets.ts';

export interface LoggerOptions {
  readonly level: string;
  /** `auto`: readable in a terminal, JSON elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
  /** Further fields of every line, such as those of the trace it belongs to. */
  readonly moreFields?: (() => object) | undefined;
}

/** The log on standard output: one line an order, and what an operator has to know. Prompts and keys never stand in it. */
export async function createLogger({ level, format, moreFields }: LoggerOptions): Promise<Logger> {
  const isReadable = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  const write = isReadable ? (await import('./readable-line.ts')).readableLine : printableLines;
  return pino(
    {
      level,
      base: null,
      ...(moreFields && { mixin: moreFields }),
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: (fields: Record<string, unknown>) => withoutSecrets(fields) },
      hooks: { streamWrite: (line: string) => write(withoutKeys(line)) },
    },
    standardOutput(),
  );
}

/** A terminal that has gone away takes no line any more; left to itself, the stream would try for ever to end what it began. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true });
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EIO') throw error;
    Object.assign(output, { write: () => true, flushSync: () => undefined, end: () => undefined });
  });
  return output;
}
