import './collect-external-memory.ts';
import { leaveWithLauncher } from './cli/leave-with-launcher.ts';
import { runCommandLine } from './cli/run-command-line.ts';

leaveWithLauncher();
process.exitCode = await runCommandLine(process.argv.slice(2));
