import { type Command, InvalidArgumentError, Option } from 'commander';
import { auditActors } from '../access/audit-log.ts';
import { describeChange } from '../admin/audit-routes.ts';
import { configSetting } from '../config/config-schema.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { configWithRecords } from './find-data-folder.ts';
import { knownNames } from './known-names.ts';
import { administer } from './open-records.ts';
import { textTable } from './text-table.ts';
import { readPeriod } from './usage-command.ts';

const settings = [configSetting('dataDir')];
const maxListed = 1000;

interface AuditOptions {
  readonly key?: string;
  readonly project?: string;
  readonly upstream?: string;
  readonly action?: string;
  readonly by?: string;
  readonly who?: string;
  readonly from?: string;
  readonly to?: string;
  readonly before?: string;
  readonly limit: number;
  readonly json?: true;
}

/** `plantain audit`: who changed what, by the API, by commands or by a reload. */
export function registerAuditCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('audit')
    .summary('show who changed keys, projects, limits, upstreams and the configuration')
    .description(
      'Show who changed keys, projects, limits, upstreams and the configuration, the youngest first: by the admin API, by a command or by a reload. Secrets are not in it.',
    )
    .option('--key <key>', 'changes of this key, by id or name')
    .option('--project <project>', 'changes of this project, by id or name')
    .option('--upstream <name>', 'changes of this upstream')
    .option('--action <action>', 'changes of this kind, such as key.create')
    .addOption(new Option('--by <actor>', 'changes by one of these').choices(auditActors))
    .option('--who <name>', 'changes by sessions of this name, as it stands behind `session:`')
    .option('--from <day>', 'from this day on: 2026-11-01, or 7d for the last seven days')
    .option('--to <day>', 'up to and with this day')
    .option('--before <id>', 'changes older than this one')
    .option('--limit <number>', `how many, up to ${String(maxListed)}`, readLimit, 20)
    .option('--json', 'print JSON');
  addConfigOptions(command, settings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain audit', 'the latest changes'],
        ['plantain audit --key website --from 30d', 'what was done to a key this month'],
        ['plantain audit --who "admin secret"', 'what was done in the console by those who had the secret'],
      ]),
    )
    .action(async (options: AuditOptions, self: Command) => {
      const config = configWithRecords(loadCommandConfig(self, context, settings), context);
      const { action, by: actor, who, before: beforeId, limit } = options;
      const changes = await administer(config, async ({ book }) => {
        const subject = await subjectOf(book, options);
        const found = await book.audit.list({
          ...(subject !== undefined && { subject }),
          ...(action !== undefined && { action }),
          ...(actor !== undefined && { actor }),
          ...(who !== undefined && { who }),
          ...readPeriod(options, Date.now()),
          ...(beforeId !== undefined && { beforeId }),
          limit,
        });
        const names = await knownNames(book);
        return found.map((change) => describeChange(change, names));
      });
      context.stdout.write(
        options.json ? `${JSON.stringify(changes, null, 2)}\n` : changesTable(changes, limit),
      );
    });
}

type Changes = readonly ReturnType<typeof describeChange>[];
type Book = Parameters<Parameters<typeof administer>[1]>[0]['book'];

async function subjectOf(
  { keys, projects }: Book,
  { key, project, upstream }: AuditOptions,
): Promise<string | undefined> {
  const { anyKey } = await import('../access/manage-keys.ts');
  const { anyProject } = await import('../access/manage-projects.ts');
  const projectId = project === undefined ? undefined : (await anyProject(projects, project)).id;
  if (key !== undefined) return (await anyKey(keys, { idOrName: key, projectId })).id;
  return projectId ?? upstream;
}

function changesTable(changes: Changes, limit: number): string {
  if (changes.length === 0) return 'No changes.\n';
  const rows = changes.map(
    ({ at, actor, who, action, subject, subject_name: name, before, after, address }) => [
      at.slice(0, 19).replace('T', ' '),
      who === null ? actor : `${actor}: ${who}`,
      address ?? '',
      action,
      name === null ? subject : `${name} (${subject})`,
      summary(before, after),
    ],
  );
  const last = changes.at(-1);
  const older =
    changes.length < limit || last === undefined ? '' : `Older ones: plantain audit --before ${last.id}\n`;
  return `${textTable(['At (UTC)', 'By', 'From', 'What', 'Of', 'Change'], rows)}${older}`;
}

const longestSummary = 160;

/** Only what was changed, as it is now; of what was made its name. */
function summary(before: Changes[number]['before'], after: Changes[number]['after']): string {
  const told = before === null && after?.['name'] !== undefined ? { name: after['name'] } : after;
  const text = JSON.stringify(told ?? {});
  return text.length <= longestSummary ? text : `${text.slice(0, longestSummary)}…`;
}

function readLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > maxListed)
    throw new InvalidArgumentError(`It must be a number from 1 to ${String(maxListed)}.`);
  return limit;
}
