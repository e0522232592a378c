import type { OrderRun } from './order-run.ts';

/** Headers that say something of an answer; the others are every answer's. */
const tellingHeaders = /^(?:plantain-|retry-after|x-should-retry|x-ratelimit|x-request-id|content-type)/;
const maxBodyCharacters = 600;

/** One answer of each kind as its caller got it, and the log's line on the same order, as blocks of a page. */
export function answerSamples(title: string, { samples }: OrderRun, logLines: readonly string[]): string[] {
  return [...samples].map(([kind, { answered, atMs }]) => {
    const { headers, body } = answered;
    const told = Object.entries(headers).filter(([name]) => tellingHeaders.test(name));
    const id = String(headers['x-request-id'] ?? '');
    const line = id === '' ? undefined : logLines.find((candidate) => candidate.includes(id));
    return [
      `${title}, the first answer \`${kind}\`, after ${(atMs / 1000).toFixed(1)} s:`,
      '',
      '```http',
      `HTTP ${answered.outcome}`,
      ...told.map(([name, value]) => `${name}: ${String(value)}`),
      ...(body.length === 0 || answered.outcome === '200'
        ? []
        : [body.toString('utf8').slice(0, maxBodyCharacters)]),
      `log: ${line ?? 'no line'}`,
      '```',
    ].join('\n');
  });
}
