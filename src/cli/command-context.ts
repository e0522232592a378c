import type { Environment } from '../config/config-environment.ts';
import type { ConfigSources } from '../config/load-config.ts';
import { printableLines } from '../kernel/printable.ts';
import { stopSignals } from './stop-signals.ts';

/** Where a command writes. A terminal gets progress and colour, anything else plain lines. */
export interface TextOutput {
  readonly isTTY?: boolean;
  /** Width, to fold help. */
  readonly columns?: number;
  write(chunk: string | Uint8Array): boolean;
  /** Resolves when everything written is out, with what kept it from getting there. Never rejects. */
  flush(): Promise<NodeJS.ErrnoException | undefined>;
}

/** What a command may touch of the process, so that commands run in tests as they do in a shell. */
export interface CommandContext {
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly cwd: string;
  /** Undefined: the configuration reads the process's own. */
  readonly env: Environment | undefined;
  /** Calls when the user interrupts a command that draws, or the terminal goes away. */
  readonly onInterrupt: (interrupt: () => void) => () => void;
}

/** Where a command finds its configuration, its flags aside. */
export function sourcesOf({ cwd, env }: CommandContext): Omit<ConfigSources, 'flags'> {
  return env === undefined ? { cwd } : { cwd, env };
}

export function processContext(): CommandContext {
  return {
    stdin: process.stdin,
    stdout: processOutput(process.stdout),
    stderr: processOutput(process.stderr),
    cwd: process.cwd(),
    env: undefined,
    onInterrupt: (interrupt) => {
      for (const signal of stopSignals) process.once(signal, interrupt);
      return () => {
        for (const signal of stopSignals) process.removeListener(signal, interrupt);
      };
    },
  };
}

function processOutput(stream: NodeJS.WriteStream): TextOutput {
  let failure: NodeJS.ErrnoException | undefined;
  // Nobody listening, a reader that left would end the process with a stack trace.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure ??= error;
  });
  return {
    isTTY: stream.isTTY,
    get columns() {
      return stream.columns;
    },
    write: (chunk) => stream.write(chunk),
    // The callback may come before the event that tells of the same failure.
    flush: () => new Promise((resolve) => stream.write('', () => setImmediate(() => resolve(failure)))),
  };
}

/** The same output, on which text from outside cannot play the terminal. Bytes, such as a picture's, pass as they are. */
export function printableOutput(output: TextOutput): TextOutput {
  return {
    ...(output.isTTY === undefined ? {} : { isTTY: output.isTTY }),
    get columns() {
      return output.columns ?? 100;
    },
    write: (chunk) => output.write(typeof chunk === 'string' ? printableLines(chunk) : chunk),
    flush: () => output.flush(),
  };
}
