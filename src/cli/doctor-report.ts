import { errorCodeOf } from '../kernel/error-code.ts';
/** One finding of `plantain doctor`. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'note' | 'failed';
  /** What was found. */
  readonly detail: string;
  /** What to do; for failed and noted ones. */
  readonly fix?: string;
}

const marks = { ok: '✓', note: '!', failed: '✗' } as const;

/** One line a finding, with the fix below. */
export function doctorReport(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, state, detail, fix }) => [
    `${marks[state]} ${check.padEnd(width)}  ${detail}`,
    ...(fix === undefined ? [] : [`  ${' '.repeat(width)}  → ${fix}`]),
  ]);
  const failed = findings.filter(({ state }) => state === 'failed').length;
  const end = failed === 0 ? 'Ready.' : `${String(failed)} ${failed === 1 ? 'check' : 'checks'} failed.`;
  return `${[...lines, '', end].join('\n')}\n`;
}

/** An error as the end of a finding: one line, its code where it has no words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.message === '' ? (errorCodeOf(error) ?? '') : error.message).replace(/(?<!\s)\s*\n\s*/g, ' ');
}
