import { execFileSync } from 'node:child_process';

/** What is tested is what the sources say. */
export default function buildConsole(): void {
  execFileSync(process.execPath, ['web/build-when-stale.mjs'], { stdio: 'inherit' });
}
