import { type Logger, pino } from 'pino';

export interface LoggerOptions {
  readonly level: string;
  /** `auto`: readable in a terminal, JSON elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
}

/** Anything that may carry a secret or a prompt, should it ever reach the log by mistake. */
const redactedPaths = [
  'prompt',
  '*.prompt',
  'authorization',
  '*.authorization',
  'apiKey',
  '*.apiKey',
  '["x-goog-api-key"]',
  '*["x-goog-api-key"]',
  '["api-key"]',
  '*["api-key"]',
];

/** The log on standard output: one line an order, and what an operator has to know. Prompts and keys never stand in it. */
export async function createLogger({ level, format }: LoggerOptions): Promise<Logger> {
  const options = { level, base: null, redact: { paths: redactedPaths, censor: '[redacted]' } };
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  if (!isPretty) return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime });
  const { default: pretty } = await import('pino-pretty');
  return pino(
    options,
    pretty({ colorize: process.stdout.isTTY, translateTime: 'SYS:HH:MM:ss', singleLine: true, sync: true }),
  );
}
