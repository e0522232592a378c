import { CommandError, exitCodes } from './exit-codes.ts';

/** Far above the longest prompt any model takes; the server tells the true limit. */
const maxPromptBytes = 1024 * 1024;

/** The prompt as given, or from standard input when it is `-`. */
export async function readPrompt(given: string, stdin: AsyncIterable<Buffer | string>): Promise<string> {
  if (given !== '-') return checked(given);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stdin) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    length += bytes.length;
    if (length > maxPromptBytes)
      throw new CommandError('the prompt on standard input is longer than 1 MiB.', exitCodes.usage);
    pieces.push(bytes);
  }
  return checked(textOf(Buffer.concat(pieces)));
}

/** A prompt with other characters than were meant would be drawn, and paid for. */
function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CommandError(
      'the prompt on standard input is not UTF-8. Send it in that encoding.',
      exitCodes.usage,
    );
  }
}

function checked(text: string): string {
  const prompt = text.trim();
  if (prompt === '') throw new CommandError('the prompt is empty. Say what to draw.', exitCodes.usage);
  return prompt;
}
