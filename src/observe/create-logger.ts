import { type Logger, pino } from 'pino';
import { printableLines } from '../kernel/printable.ts';
import { withoutKeys, withoutSecrets } from './without-secrets.ts';

export interface LoggerOptions {
  readonly level: string;
  /** `auto`: readable in a terminal, JSON elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
}

/** The log on standard output: one line an order, and what an operator has to know. Prompts and keys never stand in it. */
export async function createLogger({ level, format }: LoggerOptions): Promise<Logger> {
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  const options = {
    level,
    base: null,
    formatters: { log: (fields: Record<string, unknown>) => withoutSecrets(fields) },
    // The readable form reads the line as JSON and prints what it means.
    hooks: { streamWrite: (line: string) => printableLines(withoutKeys(line), isPretty ? '\\\\' : '\\') },
  };
  if (!isPretty) return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime });
  const { default: pretty } = await import('pino-pretty');
  return pino(
    options,
    pretty({ colorize: process.stdout.isTTY, translateTime: 'SYS:HH:MM:ss', singleLine: true, sync: true }),
  );
}
