import type { TextOutput } from './command-context.ts';

const tickMs = 200;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Shows that work goes on, with the seconds so far, on a terminal; silent elsewhere. Returns what ends it. */
export function startProgress(
  output: Pick<TextOutput, 'isTTY' | 'write'>,
  label: string | (() => string),
  nowMs: () => number = () => performance.now(),
): () => void {
  if (output.isTTY !== true) return () => undefined;
  const startedMs = nowMs();
  const show = (): void => {
    output.write(control(progressText(typeof label === 'string' ? label : label(), nowMs() - startedMs)));
  };
  show();
  const timer = setInterval(show, tickMs);
  return () => {
    clearInterval(timer);
    output.write(control('\r\x1b[K'));
  };
}

/** What is for the terminal goes as bytes: in text it would be written out. */
function control(text: string): Uint8Array {
  return Buffer.from(text);
}

/** One redraw of the line, over the one before. */
export function progressText(label: string, elapsedMs: number): string {
  const frame = frames[Math.floor(elapsedMs / tickMs) % frames.length] ?? '';
  return `\r\x1b[K${frame} ${label} ${String(Math.floor(elapsedMs / 1000))} s`;
}
