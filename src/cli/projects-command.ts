import { type Command, InvalidArgumentError, Option } from 'commander';
import { mostMarkup } from '../usage/markup.ts';
import type { Project } from '../access/project-store.ts';
import type { Administration } from '../admin/administration.ts';
import { limitsJson } from '../admin/describe-allowance.ts';
import { configSetting } from '../config/config-schema.ts';
import type { Limits } from '../journey/limits.ts';
import type { CommandContext } from './command-context.ts';
import { loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { configWithRecords } from './find-data-folder.ts';
import { formatLimits, limitWords, parseLimits } from './limit-list.ts';
import { administer } from './open-records.ts';
import { addSubcommand } from './subcommand.ts';
import { textTable } from './text-table.ts';

const settings = [configSetting('dataDir')];

interface ProjectOptions {
  readonly json?: true;
  readonly limits?: Partial<Limits>;
  readonly keyLimits?: Partial<Limits>;
  readonly name?: string;
  readonly markup?: number;
}

/** `plantain projects …`: keys that share a budget. */
export function registerProjectsCommand(program: Command, context: CommandContext): void {
  const projects = program
    .command('projects')
    .summary('create, list, edit and archive projects, whose keys share a budget')
    .description(
      'Create, list, edit and archive projects. The keys of a project share its limits; keys that are given no project are in "default".',
    )
    .addHelpText(
      'after',
      examplesHelp([
        [
          'plantain projects create shop --limits month_usd=200',
          'two hundred dollars a month for all its keys',
        ],
        ['plantain keys create --name web --project shop', 'a key of it'],
        ['plantain projects edit shop --key-limits images_per_minute=10', 'what new keys begin with'],
        ['plantain projects edit shop --markup 12.5%', 'what is charged beyond what its orders cost'],
        ['plantain projects archive shop', 'its keys work no more'],
      ]),
    );
  const withProjects = <T>(command: Command, work: (by: Administration) => Promise<T>): Promise<T> =>
    administer(configWithRecords(loadCommandConfig(command, context, settings), context), work);
  const add = (name: string, summary: string): Command => addSubcommand(projects, name, summary, settings);
  const tell = (project: Project, options: ProjectOptions, sentence: string): void => {
    context.stdout.write(
      options.json ? `${JSON.stringify(projectJson(project), null, 2)}\n` : `${sentence}\n`,
    );
  };

  add('create <name>', 'make a project')
    .addOption(
      new Option(
        '--limits <limits>',
        `what all its keys may use together: ${limitWords.join(', ')}`,
      ).argParser(parseLimits),
    )
    .addOption(keyLimits())
    .addOption(markup())
    .action(async (name: string, options: ProjectOptions, command: Command) => {
      const { createProject } = await import('../admin/project-acts.ts');
      const { limits, keyLimits, markup: markupBasisPoints } = options;
      const { project } = await withProjects(command, (by) =>
        createProject(by, {
          name,
          ...(limits && { limits }),
          ...(keyLimits && { keyLimits }),
          ...(markupBasisPoints !== undefined && { markupBasisPoints }),
        }),
      );
      tell(project, options, `Created the project "${project.name}" (${project.id}).`);
    });
  add('list', 'list all projects ever made').action(async (options: ProjectOptions, command: Command) => {
    const list = await withProjects(command, ({ book }) => book.projects.list());
    context.stdout.write(
      options.json ? `${JSON.stringify(list.map(projectJson), null, 2)}\n` : projectsTable(list),
    );
  });
  add('edit <project>', 'rename a project, or change what its new keys begin with')
    .option('--name <name>', 'a new name')
    .addOption(keyLimits())
    .addOption(markup())
    .action(async (idOrName: string, options: ProjectOptions, command: Command) => {
      const { changeProject } = await import('../admin/project-acts.ts');
      const { name, keyLimits, markup: markupBasisPoints } = options;
      const { project } = await withProjects(command, (by) =>
        changeProject(by, idOrName, {
          ...(name !== undefined && { name }),
          ...(keyLimits && { keyLimits }),
          ...(markupBasisPoints !== undefined && { markupBasisPoints }),
        }),
      );
      tell(project, options, `Changed the project "${project.name}" (${project.id}).`);
    });
  add('archive <project>', 'refuse all keys of a project from now on').action(
    async (idOrName: string, options: ProjectOptions, command: Command) => {
      const { archiveProject } = await import('../admin/project-acts.ts');
      const { project } = await withProjects(command, (by) => archiveProject(by, idOrName));
      tell(project, options, `Archived the project "${project.name}" (${project.id}).`);
    },
  );
}

function keyLimits(): Option {
  return new Option('--key-limits <limits>', 'limits of new keys that are given none').argParser(parseLimits);
}

function markup(): Option {
  return new Option(
    '--markup <percent>',
    'what is charged beyond what its orders cost, such as 12.5%, a second from now on',
  ).argParser(parseMarkup);
}

/** `12.5%` → hundredths of a percent, exactly. Throws for commander. */
function parseMarkup(text: string): number {
  const [, whole, fraction = ''] = /^(\d{1,4})(?:\.(\d{1,2}))?\s*%?$/.exec(text) ?? [];
  const basisPoints =
    whole === undefined ? Number.NaN : Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  if (basisPoints <= mostMarkup) return basisPoints;
  throw new InvalidArgumentError('It must be a percentage from 0 to 1000 with at most two decimals.');
}

function formatMarkup(basisPoints: number): string {
  return `${String(basisPoints / 100)}%`;
}

function projectJson(project: Project): Record<string, unknown> {
  const { id, name, createdAtMs, archivedAtMs, keyDefaults, markupBasisPoints } = project;
  return {
    id,
    name,
    created_at: new Date(createdAtMs).toISOString(),
    archived_at: archivedAtMs === null ? null : new Date(archivedAtMs).toISOString(),
    key_limits: limitsJson(keyDefaults),
    markup_basis_points: markupBasisPoints,
  };
}

function projectsTable(projects: readonly Project[]): string {
  const rows = projects.map(({ id, name, createdAtMs, archivedAtMs, keyDefaults, markupBasisPoints }) => [
    id,
    name,
    new Date(createdAtMs).toISOString().slice(0, 16).replace('T', ' '),
    archivedAtMs === null ? 'live' : `archived ${new Date(archivedAtMs).toISOString().slice(0, 10)}`,
    markupBasisPoints === 0 ? '' : formatMarkup(markupBasisPoints),
    formatLimits(keyDefaults),
  ]);
  return textTable(['Id', 'Name', 'Created (UTC)', 'State', 'Markup', 'Limits of new keys'], rows);
}
