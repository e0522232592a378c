import type { Command } from 'commander';
import type { z } from 'zod';
import type { adminSchemas } from '../admin/admin-schemas.ts';
import { adminSettings, askAdmin } from './ask-admin.ts';
import type { CommandContext } from './command-context.ts';
import { loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { addSubcommand } from './subcommand.ts';
import { textTable } from './text-table.ts';

type Session = z.infer<typeof adminSchemas.SessionList>['data'][number];
type Ended = z.infer<typeof adminSchemas.SessionsEnded>;

/** `plantain sessions …`: asks a running server. */
export function registerSessionsCommand(program: Command, context: CommandContext): void {
  const sessions = program
    .command('sessions')
    .summary('show the browsers that are signed in at the console, and sign them out')
    .description(
      "Show the browsers that are signed in at the console of a running server, and sign them out: of this user's server on this machine, or the one at --base-url.",
    )
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain sessions list', 'who is signed in, and from where'],
        ['plantain sessions end --all', 'everybody signs in again'],
      ]),
    );
  const ask = (command: Command, method: 'GET' | 'DELETE', where: string): Promise<unknown> =>
    askAdmin(loadCommandConfig(command, context, adminSettings), context, method, where);

  addSubcommand(sessions, 'list', 'who is signed in, the one that was used last first', adminSettings).action(
    async (options: { json?: true }, self: Command) => {
      const { data } = (await ask(self, 'GET', '/sessions')) as { readonly data: readonly Session[] };
      context.stdout.write(options.json ? `${JSON.stringify(data, null, 2)}\n` : sessionsTable(data));
    },
  );
  addSubcommand(
    sessions,
    'end [session]',
    'sign out one browser, by the id that the list has, or all',
    adminSettings,
  )
    .option('--all', 'sign out every browser')
    .action(async (id: string | undefined, options: { json?: true; all?: true }, self: Command) => {
      if ((id === undefined) === (options.all === undefined))
        throw new CommandError('Name one session, or say --all.', exitCodes.usage);
      const where = id === undefined ? '/sessions' : `/sessions/${encodeURIComponent(id)}`;
      const ended = (await ask(self, 'DELETE', where)) as Ended;
      context.stdout.write(
        options.json
          ? `${JSON.stringify(ended, null, 2)}\n`
          : `Signed out: ${String(ended.ended)} ${ended.ended === 1 ? 'browser' : 'browsers'}.\n`,
      );
    });
}

function sessionsTable(sessions: readonly Session[]): string {
  if (sessions.length === 0) return 'Nobody is signed in.\n';
  return textTable(
    ['Session', 'Who', 'Role', 'From', 'Last used (UTC)', 'Ends (UTC)', 'Browser'],
    sessions.map(
      ({ id, name, role, address, seen_at: seenAt, expires_at: expiresAt, user_agent: browser }) => [
        id,
        name,
        role,
        address,
        minute(seenAt),
        minute(expiresAt),
        browser,
      ],
    ),
  );
}

const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');
