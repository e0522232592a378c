import { type Logger, pino } from 'pino';
import { withoutSecrets } from './without-secrets.ts';

export interface LoggerOptions {
  readonly level: string;
  /** `auto`: readable in a terminal, JSON elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
}

/** The log on standard output: one line an order, and what an operator has to know. Prompts and keys never stand in it. */
export async function createLogger({ level, format }: LoggerOptions): Promise<Logger> {
  const options = {
    level,
    base: null,
    formatters: { log: (fields: Record<string, unknown>) => withoutSecrets(fields) },
  };
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  if (!isPretty) return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime });
  const { default: pretty } = await import('pino-pretty');
  return pino(
    options,
    pretty({ colorize: process.stdout.isTTY, translateTime: 'SYS:HH:MM:ss', singleLine: true, sync: true }),
  );
}
