import { type Command, InvalidArgumentError, Option } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import { upstreamsOf } from '../config/upstream-list.ts';
import { sandboxName } from '../journey/upstream.ts';
import { loadCatalogue } from '../routing/model-catalogue.ts';
import { gapOf, Reconciliation, type Tolerance, type UpstreamCost } from '../usage/reconciliation.ts';
import { skuModels } from '../usage/sku-model.ts';
import type { Config } from '../config/config-schema.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { parseMicroUsd } from './limit-list.ts';
import { withRecords } from './open-records.ts';
import { readBill } from './read-bill.ts';
import { reconcileJson, reconcileText } from './reconcile-output.ts';

const settings = [configSetting('dataDir')];
const dayMs = 86_400_000;

interface ReconcileOptions {
  readonly month: string;
  readonly upstream?: string;
  readonly project?: readonly string[];
  readonly tolerance: Tolerance;
  readonly days?: true;
  readonly json?: true;
}

/** `plantain reconcile`: Google's bill beside the ledger. */
export function registerReconcileCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('reconcile <file>')
    .summary("compare a month of Google's bill with the ledger")
    .description(
      "Compare a month of Google's billing export, CSV or JSON lines, with the ledger: cost before credits, by project, model and day on the Pacific coast. Exits with 1 where a project's model is further apart than --tolerance.",
    )
    .addOption(new Option('--month <month>', 'as in 2026-10').argParser(readMonth).makeOptionMandatory())
    .option('--upstream <name>', 'calls of this upstream alone, and what its project was billed')
    .option('--project <ids>', 'rows of these Google Cloud projects alone, comma-separated', (text) =>
      text.split(',').map((id) => id.trim()),
    )
    .addOption(
      new Option('--tolerance <amount>', 'how far apart they may be: a share of the bill, or dollars')
        .argParser(readTolerance)
        .default({ percent: 1 }, '1%'),
    )
    .option('--days', 'every day by itself')
    .option('--json', 'print JSON');
  addConfigOptions(command, settings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain reconcile bill.csv --month 2026-10', 'all that Google charged for'],
        [
          'plantain reconcile bill.jsonl --month 2026-10 --upstream team --tolerance 0.50',
          'one upstream, to half a dollar',
        ],
      ]),
    )
    .action(async (file: string, options: ReconcileOptions, self: Command) => {
      const { month, project: only, tolerance, days, json } = options;
      const config = configWithRecords(loadCommandConfig(self, context, settings), context);
      const sides = sidesOf(config, options.upstream);
      const reconciliation = new Reconciliation(month, skuModels(namedModels(config)));
      for await (const row of readBill(file)) {
        if (only !== undefined && !only.includes(row.project ?? '')) continue;
        const side = sides.ofBill(row.project);
        if (side !== undefined) reconciliation.addBill(row, side);
      }
      if (reconciliation.rows === 0)
        throw new CommandError(
          `${file} has no row of ${month}${only === undefined && options.upstream === undefined ? '' : ' for these projects'}.`,
          exitCodes.usage,
        );
      const startMs = Date.parse(`${month}-01T00:00:00Z`);
      const costs = await withRecords(config, ({ upstreamCosts }) =>
        // A day further than any month of another zone.
        upstreamCosts(startMs - dayMs, startMs + 33 * dayMs),
      );
      for (const cost of costs) {
        const side = sides.ofLedger(cost);
        if (side !== undefined) reconciliation.addLedger(cost, side);
      }
      context.stdout.write(
        json
          ? reconcileJson(month, reconciliation, tolerance)
          : reconcileText(reconciliation, tolerance, days === true),
      );
      const beyond = reconciliation.groups().filter((group) => gapOf(group, tolerance).isBeyond);
      if (beyond.length > 0)
        throw new CommandError(
          `bill and ledger are further apart than they may be: ${beyond.map(({ model }) => model).join(', ')}.`,
        );
    });
}

/** The project that stands for those that are billed by an API key, whose upstreams do not know it. */
const ofKeys = '';

/** Which project's sums a row of either side belongs to; undefined: it is not compared. */
function sidesOf(config: Config, only: string | undefined) {
  const upstreams = upstreamsOf(config);
  const google = upstreams.filter(({ kind }) => kind === 'gemini' || kind === 'vertex');
  const foreign = new Set(
    upstreams.filter(({ kind }) => kind === 'openai-compatible').map(({ name }) => name),
  );
  const chosen = upstreams.find(({ name }) => name === only);
  if (chosen !== undefined && !google.includes(chosen))
    throw new CommandError(`${only ?? ''} is no upstream that Google bills.`, exitCodes.usage);
  const projects = new Map(google.map(({ name, project }) => [name, project ?? ofKeys]));
  const known = new Set(projects.values());
  const wanted = only === undefined ? undefined : (projects.get(only) ?? ofKeys);
  return {
    ofBill: (project: string | null): string | undefined => {
      const side = project !== null && known.has(project) ? project : ofKeys;
      return wanted === undefined || wanted === side ? side : undefined;
    },
    ofLedger: ({ upstream }: UpstreamCost): string | undefined => {
      if (upstream === sandboxName || foreign.has(upstream ?? '')) return undefined;
      if (only !== undefined && upstream !== only) return undefined;
      return projects.get(upstream ?? '') ?? ofKeys;
    },
  };
}

function namedModels(config: Config) {
  const { models, aliases } = loadCatalogue(config);
  return models.map(({ id }) => ({
    id,
    names: [...aliases]
      .filter(([alias, target]) => target === id && !alias.endsWith('*'))
      .map(([alias]) => alias),
  }));
}

function readMonth(text: string): string {
  if (!/^20\d{2}-(?:0[1-9]|1[0-2])$/.test(text))
    throw new InvalidArgumentError('Write a month such as 2026-10.');
  return text;
}

function readTolerance(text: string): Tolerance {
  const percent = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text)?.[1];
  if (percent !== undefined) return { percent: Number(percent) };
  const microUsd = parseMicroUsd(text);
  if (microUsd === undefined)
    throw new InvalidArgumentError('Write a share such as 2%, or dollars such as 0.50.');
  return { microUsd };
}
