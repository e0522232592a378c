import { join } from 'node:path';
import { pictureProblem } from './results.ts';

/** Prints one line for each check, and counts them. */
export class Tally {
  #passed = 0;
  #failed = 0;

  async check(title: string, attempt: () => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    try {
      await attempt();
      this.#passed++;
      console.log(`✓ ${title} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    } catch (error) {
      this.#failed++;
      console.log(`✗ ${title}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Prints the totals; returns the exit code. */
  finish(): number {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}

/** Throws unless a file is a whole picture of the pixels given, in the format given. */
export async function mustBePicture(
  directory: string,
  name: string,
  size: string,
  format: string,
): Promise<void> {
  const problem = await pictureProblem(join(directory, name), size, format);
  if (problem !== undefined) throw new Error(`${name}: ${problem}`);
}
