/**
 * Long and rough experiments with the whole server, run by hand or at night: `npm run chaos -- <name>`. Without a name
 * they are listed. The exit code is 1 when a limit was broken.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { machineFacts } from '../../bench/measure/machine-facts.ts';
import { CannotRun, type RunOptions } from './experiment.ts';
import { experiments } from './experiments.ts';
import { markdownReport, textReport, withFigures } from './report-text.ts';
import { hasOwnNetwork, inOwnNetwork, prepareOwnNetwork } from './support/own-network.ts';

const pages = resolve(import.meta.dirname, '../../docs');

function help(): string {
  const names = Object.entries(experiments);
  const width = Math.max(...names.map(([name]) => name.length));
  return [
    'npm run chaos -- <name> [flags]',
    '',
    ...names.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '  --quick        a tenth of everything: proves that the command works',
    '  --only a,c     some of the scenarios, by their letters',
    '  --minutes N    how long the soak takes (10)',
    '  --seconds N    how long the servers of money are under load (90)',
    '  --seed N       other troubles for the upstreams, or the servers (12)',
    '  --write-docs   write the figures into their page of docs/',
    '',
  ].join('\n');
}

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      minutes: { type: 'string', default: '10' },
      seconds: { type: 'string', default: '90' },
      seed: { type: 'string', default: '12' },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes <= 24 * 60))
    throw new CannotRun('--minutes must be a number above 0, at most 1440.');
  const seconds = Number(values.seconds);
  if (!(seconds >= 5 && seconds <= 3600)) throw new CannotRun('--seconds must be a number from 5 to 3600.');
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new CannotRun('--seed must be a whole number.');
  return {
    seed,
    name: positionals[0],
    isQuick: values.quick,
    only: values.only?.split(','),
    minutes,
    seconds,
    writesDocs: values['write-docs'],
  };
}

async function main(): Promise<number> {
  const { name, writesDocs, ...wishes } = readOptions();
  const experiment = experiments[name ?? ''];
  if (name === undefined || experiment === undefined) {
    process.stdout.write(help());
    return name === undefined ? 0 : 2;
  }
  if (hasOwnNetwork()) prepareOwnNetwork();
  else {
    const code = await inOwnNetwork();
    if (code !== undefined) return code;
  }
  const startedAt = new Date();
  const secondsNow = (): number => (Date.now() - startedAt.getTime()) / 1000;
  const options: RunOptions = {
    ...wishes,
    hasOwnNetwork: hasOwnNetwork(),
    log: (line) => process.stderr.write(`${secondsNow().toFixed(0).padStart(5)} s  ${line}\n`),
  };
  giveUpAfter(experiment.maxMinutes(options));
  const machine = machineFacts();
  const report = await experiment.run(options);
  process.stdout.write(textReport(report));
  if (writesDocs) {
    const facts = { command: process.argv.slice(2).join(' '), startedAt, seconds: secondsNow(), machine };
    const page = resolve(pages, experiment.page);
    writeFileSync(page, withFigures(readFileSync(page, 'utf8'), name, markdownReport(report, facts)));
  }
  return report.broken.length > 0 ? 1 : 0;
}

function giveUpAfter(minutes: number): void {
  const giveUp = (): never => {
    process.stderr.write(`It has not ended after ${minutes} minutes, and is given up.\n`);
    process.exit(1);
  };
  setTimeout(giveUp, minutes * 60_000).unref();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof CannotRun)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
