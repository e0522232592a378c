import { prepareMemory } from '../bytes/prepare-memory.ts';
import { runWords } from './run-words.ts';
import { leaveWithLauncher } from './stop-signals.ts';

/** This process, as its command line wants it. */
export async function runProcess(): Promise<void> {
  prepareMemory();
  leaveWithLauncher();
  process.exitCode = await runWords(process.argv.slice(2));
}
