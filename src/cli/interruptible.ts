import type { CommandContext } from './command-context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

/** Does work that the user may interrupt, which then leaves nothing behind. */
export async function interruptible<Result>(
  { onInterrupt }: CommandContext,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stopListening = onInterrupt(() =>
    controller.abort(new CommandError('Interrupted.', exitCodes.interrupted)),
  );
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
  }
}
