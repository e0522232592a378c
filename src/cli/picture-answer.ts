import { CommandError, type ExitCode, exitCodes } from './exit-codes.ts';

/** A picture inline, or where to fetch it. */
export type AnsweredPicture = { readonly bytes: Buffer } | { readonly url: string };

/** What became of an order, from a server or from this process: at least one picture. */
export interface PictureAnswer {
  readonly pictures: readonly AnsweredPicture[];
  readonly upstream: string | undefined;
  readonly costMicroUsd: number | undefined;
  /** As in the `plantain-adapted` header. */
  readonly adapted: string | undefined;
  readonly requestId: string | undefined;
}

/** Refusals are told apart from mistakes, since a script may reword a prompt but not repair a wrong flag. */
export function exitCodeOf(status: number, { type, code }: { type?: unknown; code?: unknown }): ExitCode {
  if (code === 'invalid_image_file') return exitCodes.usage;
  if (
    type === 'image_generation_user_error' ||
    code === 'upstream_rejected' ||
    code === 'content_policy_violation'
  ) {
    return exitCodes.refused;
  }
  return status >= 400 && status < 500 && ![408, 429, 499].includes(status)
    ? exitCodes.usage
    : exitCodes.unavailable;
}

/** The failure of an order in the words of who refused it, however long they are. */
export function orderFailure(
  message: string,
  requestId: string | undefined,
  exitCode: ExitCode,
): CommandError {
  const words =
    message.length > maxMessageCharacters ? `${message.slice(0, maxMessageCharacters)}…` : message;
  return new CommandError(`${words}${requestId === undefined ? '' : ` (request ${requestId})`}`, exitCode);
}

const maxMessageCharacters = 1000;
