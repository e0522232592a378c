import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureAll } from './measure-all.ts';
import { type BenchOptions, help, parseOptions } from './options.ts';
import { resultsDir } from './paths.ts';
import { budgetReport } from './report/budget.ts';
import { writePerformancePage } from './report/performance-page.ts';
import { textReport } from './report/text-report.ts';
import type { BenchResults } from './results.ts';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(help);
    return;
  }
  const results = options.resultsFile === undefined ? await measure(options) : read(options.resultsFile);
  process.stdout.write(`${textReport(results)}\n`);
  if (options.writesDocs) writePerformancePage(results);
  const budget = budgetReport(results);
  process.stdout.write(`\n${budget.text}\n`);
  if (results.failures.length > 0) {
    process.stdout.write(
      `\nAnswers that were wrong:\n${results.failures.map((failure) => `  ${failure}\n`).join('')}`,
    );
    process.exitCode = 1;
  }
  if (options.checks && budget.violations > 0) process.exitCode = 1;
}

async function measure(options: BenchOptions): Promise<BenchResults> {
  const startedAt = performance.now();
  const log = (line: string): void => {
    process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}\n`);
  };
  if (options.builds) {
    log('npm run build');
    execFileSync('npm', ['run', 'build'], {
      cwd: options.productDir,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const results = await measureAll(options, log);
  mkdirSync(resultsDir, { recursive: true });
  const text = `${JSON.stringify(results, undefined, 2)}\n`;
  writeFileSync(join(resultsDir, `${results.startedAt.replaceAll(':', '-')}.json`), text);
  writeFileSync(join(resultsDir, 'latest.json'), text);
  return results;
}

function read(file: string): BenchResults {
  return JSON.parse(readFileSync(file, 'utf8')) as BenchResults;
}

await main();
