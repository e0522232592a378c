/** Exit codes scripts can rely on. The help and docs/command-line.md repeat this table. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  unavailable: 4,
  interrupted: 130,
  brokenPipe: 141,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: readonly (readonly [ExitCode, string])[] = [
  [exitCodes.done, 'done'],
  [exitCodes.failed, 'something failed on this machine: a port in use, a full disk, a check of doctor'],
  [
    exitCodes.usage,
    'wrong usage or configuration: a command, option, name or id that there is not; or the server refused the request as asked',
  ],
  [exitCodes.refused, 'the picture was refused, or the model drew none; asking again will not help'],
  [exitCodes.unavailable, 'the server or the upstream failed or cannot be reached; asking again may help'],
  [exitCodes.interrupted, 'interrupted'],
  [exitCodes.brokenPipe, 'who read standard output stopped reading'],
];

/** A failure that is told in one line and ends the command with its exit code. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed, cause?: unknown) {
    super(message, { cause });
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}
