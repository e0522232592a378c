import type { Command } from 'commander';
import type { ApiKeyRecord, ApiKeyStore } from '../access/api-key-store.ts';
import type { CreatedApiKey } from '../access/manage-keys.ts';
import { configSetting } from '../config/config-schema.ts';
import { systemClock } from '../kernel/clock.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { configWithRecords } from './find-data-folder.ts';
import { withRecords } from './open-records.ts';
import { textTable } from './text-table.ts';

const settings = [configSetting('dataDir')];

interface JsonOption {
  readonly json?: true;
}

/** `plantain keys …`: works beside a running server, which sees every change at once. */
export function registerKeysCommand(program: Command, context: CommandContext): void {
  const keys = program
    .command('keys')
    .summary('create, list, revoke and rotate API keys')
    .description(
      "Create, list, revoke and rotate API keys, also while the server runs: in the data folder that is named or lies here, else in the running server's.",
    )
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain keys create --name website', 'a key for one program; it is shown once'],
        ['plantain keys list', 'who has keys'],
        ['plantain keys rotate website', 'a new key under the same name; the old one stops working'],
        ['KEY=$(plantain keys create --name ci --json | jq -r .key)', 'in a script'],
      ]),
    );
  const withKeys = <T>(command: Command, work: (store: ApiKeyStore) => Promise<T>): Promise<T> =>
    withRecords(configWithRecords(loadCommandConfig(command, context, settings), context), (records) =>
      work(records.keys),
    );
  const add = (name: string, summary: string): Command => {
    const command = keys
      .command(name)
      .summary(summary)
      .description(`${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`);
    return addConfigOptions(command.option('--json', 'print JSON'), settings);
  };

  add('create', 'make a key and show it once')
    .requiredOption('--name <name>', 'who or what uses the key')
    .option('--strict', 'refuse request fields that cannot be honoured, instead of reporting them')
    .action(async (options: JsonOption & { name: string; strict?: true }, command: Command) => {
      const { createApiKey } = await import('../access/manage-keys.ts');
      const created = await withKeys(command, (store) =>
        createApiKey(store, systemClock, { name: options.name, strict: options.strict === true }),
      );
      context.stdout.write(options.json ? createdJson(created) : createdText(created));
    });
  add('list', 'list all keys ever made').action(async (options: JsonOption, command: Command) => {
    const records = await withKeys(command, (store) => store.list());
    context.stdout.write(
      options.json ? `${JSON.stringify(records.map(keyJson), null, 2)}\n` : keysTable(records),
    );
  });
  add('revoke <key>', 'revoke a key at once, by id or name').action(
    async (idOrName: string, options: JsonOption, command: Command) => {
      const { revokeApiKey } = await import('../access/manage-keys.ts');
      const record = await withKeys(command, (store) => revokeApiKey(store, systemClock, { idOrName }));
      context.stdout.write(
        options.json
          ? `${JSON.stringify(keyJson(record), null, 2)}\n`
          : `Revoked ${record.name} (${record.id}).\n`,
      );
    },
  );
  add('rotate <key>', 'replace a key, by id or name, with a new one of the same name').action(
    async (idOrName: string, options: JsonOption, command: Command) => {
      const { rotateApiKey } = await import('../access/manage-keys.ts');
      const created = await withKeys(command, (store) => rotateApiKey(store, systemClock, { idOrName }));
      context.stdout.write(
        options.json
          ? createdJson(created)
          : `${createdText(created)}The old key ${created.replacedHint} works no more.\n`,
      );
    },
  );
}

/** The key alone goes on the first line, so that it can be cut out by hand or by `head -1`. */
function createdText({ key, record }: CreatedApiKey): string {
  return `${key}\nThis is the key "${record.name}" (${record.id}). It is shown only now; keep it safe.\n`;
}

function createdJson({ key, record }: CreatedApiKey): string {
  return `${JSON.stringify({ key, ...keyJson(record) }, null, 2)}\n`;
}

/** The secret that is handed out now. */
function hintOf({ secrets }: ApiKeyRecord): string {
  return secrets.find(({ validUntilMs }) => validUntilMs === null)?.hint ?? '';
}

const time = (atMs: number): string => new Date(atMs).toISOString();

function keyJson(record: ApiKeyRecord): Record<string, unknown> {
  return {
    id: record.id,
    name: record.name,
    hint: hintOf(record),
    created_at: time(record.createdAtMs),
    state: record.revokedAtMs === null ? 'live' : 'revoked',
    revoked_at: record.revokedAtMs === null ? null : time(record.revokedAtMs),
    strict: record.strict,
  };
}

function keysTable(records: readonly ApiKeyRecord[]): string {
  if (records.length === 0) return 'No keys yet. Make one: plantain keys create --name <name>\n';
  const rows = records.map((record) => [
    record.id,
    record.name,
    hintOf(record),
    time(record.createdAtMs).slice(0, 16).replace('T', ' '),
    record.revokedAtMs === null ? 'live' : `revoked ${time(record.revokedAtMs).slice(0, 10)}`,
    record.strict ? 'yes' : '',
  ]);
  return textTable(['Id', 'Name', 'Key', 'Created (UTC)', 'State', 'Strict'], rows);
}
