import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createVitest } from 'vitest/node';

/** What a lane is asked: to run tests with another text in a file's place. */
export interface Trial {
  readonly file: string;
  readonly text: string;
  /** What stands there otherwise, and stands there again afterwards. */
  readonly original: string;
  readonly tests: readonly string[];
}

export interface Verdict {
  /** The test that failed; absent where none did. */
  readonly noticedBy?: string;
}

function told(error: unknown): string {
  return error instanceof Object && 'message' in error ? String(error.message) : String(error);
}

/** A warm test runner in a copy of the repository, whose path is the only argument. Its parent may kill it any time. */
async function main(root: string): Promise<void> {
  const vitest = await createVitest('test', {
    root,
    watch: false,
    bail: 1,
    maxWorkers: 1,
    fileParallelism: false,
    reporters: [{}],
    onConsoleLog: () => false,
    // Who waits for what never comes is ended by the lane, which knows how long these tests take on this machine today.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  });
  await vitest.standalone();

  const put = async (file: string, text: string): Promise<void> => {
    await writeFile(join(root, file), text);
    vitest.invalidateFile(join(root, file));
  };

  const run = async ({ file, text, original, tests }: Trial): Promise<Verdict> => {
    await put(file, text);
    const project = vitest.getRootProject();
    const specifications = tests.map((test) => project.createSpecification(join(root, test)));
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
    await put(file, original);
    // A run that was ended by its first failure is remembered among the results of the next one.
    for (const module of testModules.filter(({ relativeModuleId }) => tests.includes(relativeModuleId))) {
      const [failed] = module.children.allTests('failed');
      if (failed !== undefined) return { noticedBy: `${module.relativeModuleId}: ${failed.fullName}` };
      if (!module.ok()) return { noticedBy: module.relativeModuleId };
    }
    const [unhandled] = unhandledErrors;
    return unhandled === undefined ? {} : { noticedBy: `an error that nobody handled: ${told(unhandled)}` };
  };

  process.on('message', (trial: Trial) => void run(trial).then((verdict) => process.send?.(verdict)));
  process.send?.({});
}

await main(process.argv[2] ?? '');
