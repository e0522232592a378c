import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { Administration } from '../admin/administration.ts';
import { configSetting } from '../config/config-schema.ts';
import { parseTimeSpan } from '../kernel/quantities.ts';
import type { CommandContext } from './command-context.ts';
import { loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { createdJson, createdText, keyJson, keysTable } from './key-output.ts';
import { addKeyOptions, expiryForms, keyPatch, type KeyOptions, readExpiry } from './key-options.ts';
import { administer } from './open-records.ts';
import { addSubcommand } from './subcommand.ts';

const settings = [configSetting('dataDir')];

/** `plantain keys …`: works beside a running server, which sees every change at once. */
export function registerKeysCommand(program: Command, context: CommandContext): void {
  const keys = program
    .command('keys')
    .summary('create, list, edit, disable, expire, revoke and rotate API keys')
    .description(
      "Create, list, edit, disable, expire, revoke and rotate API keys, also while the server runs: in the data folder that is named or lies here, else in the running server's.",
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
  const withKeys = <T>(command: Command, work: (by: Administration) => Promise<T>): Promise<T> =>
    administer(configOf(command), work);
  const add = (name: string, summary: string): Command => addSubcommand(keys, name, summary, settings);
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
      const { createKey } = await import('../admin/key-acts.ts');
      const { name, project } = options;
      const created = await withKeys(command, (by) => createKey(by, { ...keyPatch(options), name, project }));
      context.stdout.write(options.json ? createdJson(created) : createdText(created));
    });
  add('list', 'list all keys ever made').action(async (options: KeyOptions, command: Command) => {
    const [records, projects] = await withKeys(
      command,
      async ({ book }) => [await book.keys.list(), await book.projects.list()] as const,
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
    .action(async (key: string, options: KeyOptions, command: Command) => {
      const { changeKey } = await import('../admin/key-acts.ts');
      const patch = keyPatch(options);
      if (Object.keys(patch).length === 0)
        throw new CommandError('Name something to change, such as --limits month_usd=20.', exitCodes.usage);
      const { record } = await withKeys(command, (by) => changeKey(by, addressOf(key, options), patch));
      tell(keyJson(record), options.json, `Changed ${record.name} (${record.id}).`);
    });
  addNamed('expire <key>', 'let a key end, by id or name, at once or at a moment')
    .addArgument(
      new Argument('[when]', `now (the default), ${expiryForms}`).argParser((text) =>
        text === 'now' ? undefined : readExpiry(text),
      ),
    )
    .action(async (key: string, when: number | null | undefined, options: KeyOptions, command: Command) => {
      const { changeKey, expireKey } = await import('../admin/key-acts.ts');
      const address = addressOf(key, options);
      const { record } = await withKeys(command, (by) =>
        when === undefined ? expireKey(by, address) : changeKey(by, address, { expiresAtMs: when }),
      );
      const { expiresAtMs } = record;
      const end =
        expiresAtMs === null ? 'does not expire' : `expires at ${new Date(expiresAtMs).toISOString()}`;
      tell(keyJson(record), options.json, `${record.name} (${record.id}) ${end}.`);
    });
  for (const [name, isDisabled, summary, done] of [
    ['disable', true, 'refuse a key, by id or name, until it is enabled again', 'Disabled'],
    ['enable', false, 'let a key work again that was disabled', 'Enabled'],
  ] as const)
    addNamed(`${name} <key>`, summary).action(async (key: string, options: KeyOptions, command: Command) => {
      const { changeKey } = await import('../admin/key-acts.ts');
      const { record } = await withKeys(command, (by) =>
        changeKey(by, addressOf(key, options), { isDisabled }),
      );
      tell(keyJson(record), options.json, `${done} ${record.name} (${record.id}).`);
    });
  addNamed('revoke <key>', 'revoke a key at once and for good, by id or name')
    .option('--secret <secret>', 'only this secret of it, as `sk-Ab3d…x9Yz`, while another goes on')
    .action(async (key: string, options: KeyOptions & { secret?: string }, command: Command) => {
      const { endKeySecret, revokeKey } = await import('../admin/key-acts.ts');
      const { secret } = options;
      const { record } = await withKeys(command, (by) =>
        secret === undefined
          ? revokeKey(by, addressOf(key, options))
          : endKeySecret(by, addressOf(key, options), secret),
      );
      const what = secret === undefined ? '' : `a secret of `;
      tell(keyJson(record), options.json, `Revoked ${what}${record.name} (${record.id}).`);
    });
  addNamed('rotate <key>', 'give a key, by id or name, a new secret; its limits and what it has used stay')
    .addOption(
      new Option(
        '--overlap <time>',
        'how long the old secret goes on working, such as 1h (default: not at all)',
      ).argParser(readOverlap),
    )
    .action(async (key: string, options: KeyOptions & { overlap?: number }, command: Command) => {
      const { rotateKey } = await import('../admin/key-acts.ts');
      const rotated = await withKeys(command, (by) =>
        rotateKey(by, addressOf(key, options), options.overlap),
      );
      const end =
        options.overlap === undefined
          ? 'works no more'
          : `works until ${new Date(rotated.replacedUntilMs).toISOString()}`;
      context.stdout.write(
        options.json
          ? createdJson(rotated)
          : `${createdText(rotated)}The old key ${rotated.replacedHint} ${end}.\n`,
      );
    });
}

const addressOf = (key: string, { project }: KeyOptions) => ({ key, project });

function readOverlap(text: string): number {
  const overlapMs = parseTimeSpan(text);
  if (overlapMs === undefined) throw new InvalidArgumentError('Write a time such as 1h or 7d.');
  return overlapMs;
}
