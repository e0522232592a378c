import type { Environment } from '../config/config-environment.ts';

/** Where a command writes. A terminal gets progress and colour, anything else plain lines. */
export interface TextOutput {
  readonly isTTY?: boolean;
  /** Width, to fold help. */
  readonly columns?: number;
  write(chunk: string | Uint8Array): boolean;
}

/** What a command may touch of the process, so that commands run in tests as they do in a shell. */
export interface CommandContext {
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly cwd: string;
  /** Undefined: the configuration reads the process's own. */
  readonly env: Environment | undefined;
  /** Aborts when the user interrupts a command that draws. */
  readonly onInterrupt: (interrupt: () => void) => () => void;
}

export function processContext(): CommandContext {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: process.cwd(),
    env: undefined,
    onInterrupt: (interrupt) => {
      process.once('SIGINT', interrupt);
      process.once('SIGTERM', interrupt);
      return () => {
        process.removeListener('SIGINT', interrupt);
        process.removeListener('SIGTERM', interrupt);
      };
    },
  };
}
