import { leaveWithLauncher } from './cli/leave-with-launcher.ts';
import { runCommandLine } from './cli/run-command-line.ts';
import { countExternalMemory } from './kernel/count-external-memory.ts';

countExternalMemory();
leaveWithLauncher();
process.exitCode = await runCommandLine(process.argv.slice(2));
