import { leaveWithLauncher } from './cli/stop-signals.ts';
import { runCommandLine } from './cli/run-command-line.ts';
import { prepareMemory } from './bytes/prepare-memory.ts';

prepareMemory();
leaveWithLauncher();
process.exitCode = await runCommandLine(process.argv.slice(2));
