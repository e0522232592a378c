/**
 * Runs real clients against a real Plantain and prints a table of client × feature.
 *
 *   node test/clients/run.ts [--only name[,name]] [--write-docs] [--list]
 *
 * Exit code 1 when a client that should be able to do something cannot. Installs are kept in
 * ~/.cache/plantain-clients (PLANTAIN_CLIENTS_CACHE).
 */
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from './support/command.ts';
import { writeInputs } from './support/inputs.ts';
import { judge } from './support/results.ts';
import { type Plantain, repository, startPlantain } from './support/start-plantain.ts';
import { canRun, type Suite, suites } from './support/suites.ts';
import { failures, markdownTables, type SuiteOutcome, terminalTable } from './support/table.ts';

const suiteTimeoutMs = 180_000;
const lanes = 2;

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

if (flags.list) {
  for (const { name, title } of suites) console.log(`${name.padEnd(22)}${title}`);
} else {
  process.exitCode = await main();
}

async function main(): Promise<number> {
  const startedAt = performance.now();
  const chosen = await chosenSuites();
  const work = await mkdtemp(join(tmpdir(), 'plantain-clients-pictures-'));
  await writeInputs(join(work, 'input'));
  const plantain = await startPlantain();
  const outcomes = new Map<string, SuiteOutcome>();
  try {
    const queue = [...chosen];
    const lane = async (): Promise<void> => {
      for (let suite = queue.shift(); suite !== undefined; suite = queue.shift()) {
        const outcome = await runSuite(suite, plantain, work);
        outcomes.set(suite.name, outcome);
        const failed = failures([outcome]).length;
        console.log(`${failed === 0 ? '✓' : '✗'} ${suite.title} (${outcome.seconds.toFixed(1)} s)`);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    await plantain.stop();
    await rm(work, { recursive: true, force: true });
  }

  const inOrder = chosen.flatMap(({ name }) => outcomes.get(name) ?? []);
  console.log(`\n${terminalTable(inOrder)}\n`);
  const failed = failures(inOrder);
  for (const failure of failed) console.log(`✗ ${failure}`);
  if (flags['write-docs']) await writeDocs(inOrder);
  const marks = inOrder.flatMap(({ verdicts }) => [...verdicts.values()].map(({ mark }) => mark));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`${inOrder.length} clients in ${seconds} s; ✓ works, – the client cannot ask for it, ✗ broken`);
  console.log(`${marks.filter((mark) => mark === '✓').length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

async function chosenSuites(): Promise<Suite[]> {
  const names = flags.only?.split(',');
  const unknown = names?.filter((name) => !suites.some((suite) => suite.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no such suite: ${unknown.join(', ')}; --list names them`);
  const chosen: Suite[] = [];
  for (const suite of suites) {
    if (names !== undefined && !names.includes(suite.name)) continue;
    if (await canRun(suite)) chosen.push(suite);
    else if (names !== undefined) throw new Error(`${suite.name} needs ${suite.needs[0]} on this machine`);
    else console.log(`${suite.title} is left out: there is no ${suite.needs[0]} on this machine`);
  }
  return chosen;
}

async function runSuite(suite: Suite, plantain: Plantain, work: string): Promise<SuiteOutcome> {
  const startedAt = performance.now();
  const output = join(work, suite.name);
  await mkdir(output);
  let printed = '';
  try {
    const { program, args, cwd } = await suite.install();
    const { stdout, stderr, exitCode } = await runCommand(program, args, {
      cwd,
      timeoutMs: suiteTimeoutMs,
      env: {
        PLANTAIN_BASE_URL: plantain.baseUrl,
        PLANTAIN_API_KEY: plantain.key,
        PLANTAIN_CLIENT_INPUT: join(work, 'input'),
        PLANTAIN_CLIENT_OUTPUT: output,
      },
    });
    printed = stdout;
    if (exitCode !== 0)
      console.log(`${suite.title} ended with ${exitCode ?? 'a signal'}:\n${stderr.slice(-2000)}`);
  } catch (error) {
    console.log(`${suite.title} could not be run: ${error instanceof Error ? error.message : String(error)}`);
  }
  const verdicts = await judge(printed, join(work, 'input'));
  return { suite, verdicts, seconds: (performance.now() - startedAt) / 1000 };
}

/** Puts the tables between the two marks of docs/clients.md; what is written by hand around them stays. */
async function writeDocs(outcomes: readonly SuiteOutcome[]): Promise<void> {
  const file = join(repository, 'docs', 'clients.md');
  const text = await readFile(file, 'utf8');
  const [head, rest] = text.split('<!-- tables -->\n');
  const tail = rest?.split('<!-- end of tables -->')[1];
  if (head === undefined || tail === undefined) throw new Error(`${file} lacks its marks`);
  await writeFile(
    file,
    `${head}<!-- tables -->\n\n${markdownTables(outcomes)}\n\n<!-- end of tables -->${tail}`,
  );
}
