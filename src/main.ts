import { isNodeNewEnough, oldestNode } from './kernel/node-version.ts';

const { node } = process.versions;
if (isNodeNewEnough(node)) {
  // Not at once: much of it is no JavaScript to an old Node.js, which would tell of its syntax.
  const { runProcess } = await import('./cli/run-process.ts');
  await runProcess();
} else {
  process.stderr.write(
    `plantain: Node.js ${oldestNode} or newer is needed. This is ${node}. Install Node.js 24 and try again.\n`,
  );
  process.exitCode = 1;
}
