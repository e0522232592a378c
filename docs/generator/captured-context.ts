import type { CommandContext, TextOutput } from '../../src/cli/command-context.ts';

export interface CapturedContext extends CommandContext {
  /** What was written to standard output so far. */
  readonly outBytes: () => Buffer;
  readonly out: () => string;
  readonly err: () => string;
}

/** A context that keeps what a command writes: for the documentation of the commands, and for their tests. */
export function capturedContext(given: Partial<CommandContext> = {}): CapturedContext {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  return {
    stdin: noInput(),
    stdout: keeper(out),
    stderr: keeper(err),
    cwd: '/',
    env: {},
    onInterrupt: () => () => undefined,
    ...given,
    outBytes: () => Buffer.concat(out),
    out: () => Buffer.concat(out).toString('utf8'),
    err: () => Buffer.concat(err).toString('utf8'),
  };
}

function keeper(pieces: Buffer[]): TextOutput {
  return {
    columns: 100,
    write: (chunk) => {
      pieces.push(Buffer.from(chunk));
      return true;
    },
    flush: async () => undefined,
  };
}

async function* noInput(): AsyncGenerator<Buffer> {
  // Nothing is typed.
}
