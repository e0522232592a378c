import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import { parseDuration } from '../config/quantities.ts';
import { defaultProjectId, noLimits } from '../journey/limits.ts';
import { systemClock } from '../kernel/clock.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { createdJson, createdText, keyJson, keysTable } from './key-output.ts';
import { addKeyOptions, keyChanges, type KeyOptions, readExpiry } from './key-options.ts';
import { modelIdIn } from './model-id.ts';
import { type Records, withRecords } from './open-records.ts';

const settings = [configSetting('dataDir')];

/** `plantain keys …`: works beside a running server, which sees every change at once. */
export function registerKeysCommand(program: Command, context: CommandContext): void {
  const keys = program
    .command('keys')
    .summary('create, list, edit, expire, revoke and rotate API keys')
    .description(
      "Create, list, edit, expire, revoke and rotate API keys, also while the server runs: in the data folder that is named or lies here, else in the running server's.",
    )
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain keys create --name website', 'a key for one program; it is shown once'],
        [
          'plantain keys create --name ci --limits month_usd=20,images_per_minute=10',
          'one that cannot cost more',
        ],
        ['plantain keys list', 'who has keys'],
        ['plantain keys rotate website --overlap 1d', 'a new secret; the old one works for a day more'],
        ['KEY=$(plantain keys create --name ci --json | jq -r .key)', 'in a script'],
      ]),
    );
  const configOf = (command: Command) =>
    configWithRecords(loadCommandConfig(command, context, settings), context);
  const withKeys = <T>(command: Command, work: (records: Records) => Promise<T>): Promise<T> =>
    withRecords(configOf(command), work);
  const add = (name: string, summary: string): Command => {
    const command = keys
      .command(name)
      .summary(summary)
      .description(`${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`);
    return addConfigOptions(command.option('--json', 'print JSON'), settings);
  };
  /** Where several projects have a key of that name. */
  const addNamed = (name: string, summary: string): Command =>
    add(name, summary).option(
      '--project <project>',
      'the project of the key, where several have one of that name',
    );
  const tell = (json: object, isJson: true | undefined, sentence: string): void => {
    context.stdout.write(isJson ? `${JSON.stringify(json, null, 2)}\n` : `${sentence}\n`);
  };

  addKeyOptions(
    add('create', 'make a key and show it once').requiredOption('--name <name>', 'who or what uses the key'),
  )
    .option('--project <project>', 'the project whose budget it shares (default: default)')
    .option('--strict', 'refuse request fields that cannot be honoured, instead of reporting them')
    .action(async (options: KeyOptions & { name: string }, command: Command) => {
      const { createApiKey } = await import('../access/manage-keys.ts');
      const { liveProject } = await import('../access/manage-projects.ts');
      const config = configOf(command);
      const changes = keyChanges(options, modelIdIn(config));
      const created = await withRecords(config, async (records) => {
        const project = await liveProject(records.projects, options.project ?? defaultProjectId);
        const limits = { ...noLimits, ...project.keyDefaults, ...options.limits };
        return createApiKey(records.keys, systemClock, {
          ...changes,
          name: options.name,
          projectId: project.id,
          limits,
        });
      });
      context.stdout.write(options.json ? createdJson(created) : createdText(created));
    });
  add('list', 'list all keys ever made').action(async (options: KeyOptions, command: Command) => {
    const [records, projects] = await withKeys(
      command,
      async (all) => [await all.keys.list(), await all.projects.list()] as const,
    );
    const names = new Map(projects.map(({ id, name }) => [id, name]));
    context.stdout.write(
      options.json ? `${JSON.stringify(records.map(keyJson), null, 2)}\n` : keysTable(records, names),
    );
  });
  addKeyOptions(addNamed('edit <key>', 'change a key, by id or name; what is not named stays'))
    .option('--name <name>', 'a new name')
    .addOption(new Option('--strict', 'refuse request fields that cannot be honoured'))
    .addOption(new Option('--no-strict', 'report them'))
    .action(async (idOrName: string, options: KeyOptions, command: Command) => {
      const { editApiKey } = await import('../access/manage-keys.ts');
      const config = configOf(command);
      const changes = keyChanges(options, modelIdIn(config));
      if (Object.keys(changes).length === 0 && options.limits === undefined)
        throw new CommandError('Name something to change, such as --limits month_usd=20.', exitCodes.usage);
      const record = await withRecords(config, async (records) => {
        const edited = await editApiKey(records.keys, await reference(records, idOrName, options), changes);
        if (options.limits !== undefined)
          await records.allowances.setLimits({ kind: 'key', id: edited.id }, options.limits);
        return edited;
      });
      tell(keyJson(record), options.json, `Changed ${record.name} (${record.id}).`);
    });
  addNamed('expire <key>', 'let a key end, by id or name, at once or at a moment')
    .addArgument(
      new Argument('[when]', 'now (the default), 30d, 2026-12-31, a full time, or never').argParser(
        readExpiry,
      ),
    )
    .action(
      async (idOrName: string, when: number | null | undefined, options: KeyOptions, command: Command) => {
        const { editApiKey } = await import('../access/manage-keys.ts');
        const expiresAtMs = when === undefined ? Date.now() : when;
        const record = await withKeys(command, async (records) =>
          editApiKey(records.keys, await reference(records, idOrName, options), { expiresAtMs }),
        );
        const end =
          expiresAtMs === null ? 'does not expire' : `expires at ${new Date(expiresAtMs).toISOString()}`;
        tell(keyJson(record), options.json, `${record.name} (${record.id}) ${end}.`);
      },
    );
  addNamed('revoke <key>', 'revoke a key at once and for good, by id or name').action(
    async (idOrName: string, options: KeyOptions, command: Command) => {
      const { revokeApiKey } = await import('../access/manage-keys.ts');
      const record = await withKeys(command, async (records) =>
        revokeApiKey(records.keys, systemClock, await reference(records, idOrName, options)),
      );
      tell(keyJson(record), options.json, `Revoked ${record.name} (${record.id}).`);
    },
  );
  addNamed('rotate <key>', 'give a key, by id or name, a new secret; its limits and what it has used stay')
    .addOption(
      new Option(
        '--overlap <time>',
        'how long the old secret goes on working, such as 1h (default: not at all)',
      ).argParser(readOverlap),
    )
    .action(async (idOrName: string, options: KeyOptions & { overlap?: number }, command: Command) => {
      const { rotateApiKey } = await import('../access/manage-keys.ts');
      const created = await withKeys(command, async (records) =>
        rotateApiKey(records.keys, systemClock, await reference(records, idOrName, options), options.overlap),
      );
      const end =
        options.overlap === undefined
          ? 'works no more'
          : `works until ${new Date(created.replacedUntilMs).toISOString()}`;
      context.stdout.write(
        options.json
          ? createdJson(created)
          : `${createdText(created)}The old key ${created.replacedHint} ${end}.\n`,
      );
    });
}

async function reference(records: Records, idOrName: string, { project }: KeyOptions) {
  if (project === undefined) return { idOrName };
  const { liveProject } = await import('../access/manage-projects.ts');
  return { idOrName, projectId: (await liveProject(records.projects, project)).id };
}

function readOverlap(text: string): number {
  const overlapMs = /[a-z]$/.test(text) ? parseDuration(text, 'ms') : undefined;
  if (overlapMs === undefined) throw new InvalidArgumentError('Write a time such as 1h or 7d.');
  return overlapMs;
}
