import type { Command } from 'commander';
import type { UpstreamTestView, UpstreamView } from '../admin/upstream-routes.ts';
import { adminSettings, askAdmin } from './ask-admin.ts';
import type { CommandContext } from './command-context.ts';
import { loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { addSubcommand } from './subcommand.ts';
import { textTable } from './text-table.ts';

const acts = [
  ['drain', 'take it out of every choice; calls under way go on', 'is drained: no further call goes there'],
  ['restore', 'put it back after a drain', 'is back'],
  ['reset', 'forget everything bad that is known of it, and ask it again', 'is asked again'],
] as const;

/** `plantain upstreams …`: asks a running server. */
export function registerUpstreamsCommand(program: Command, context: CommandContext): void {
  const upstreams = program
    .command('upstreams')
    .summary('show the upstreams of a running server, test, drain, restore and reset them')
    .description(
      "Show how the upstreams of a running server are, and test, drain, restore and reset them: of this user's server on this machine, or the one at --base-url.",
    )
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain upstreams list', 'how each is, and each model there'],
        ['plantain upstreams test sandbox', 'ask it something that costs nothing'],
        ['plantain upstreams drain sandbox', 'no further call goes there'],
        ['plantain upstreams restore sandbox', 'until this'],
      ]),
    );
  const add = (name: string, summary: string): Command =>
    addSubcommand(upstreams, name, summary, adminSettings);
  const ask = (command: Command, method: 'GET' | 'POST', where: string): Promise<unknown> =>
    askAdmin(loadCommandConfig(command, context, adminSettings), context, method, where);
  const print = (options: { readonly json?: true }, document: unknown, text: () => string): void => {
    context.stdout.write(options.json ? `${JSON.stringify(document, null, 2)}\n` : text());
  };

  add('list', 'how each upstream is, and each model that it was asked for').action(
    async (options: { json?: true }, self: Command) => {
      const { data } = (await ask(self, 'GET', '/upstreams')) as { readonly data: readonly UpstreamView[] };
      print(options, data, () => upstreamsText(data));
    },
  );
  add('test <name>', 'ask it something that costs nothing').action(
    async (name: string, options: { json?: true }, self: Command) => {
      const test = (await ask(self, 'POST', pathOf(name, 'test'))) as UpstreamTestView;
      print(options, test, () => `${testText(test)}\n`);
      if (test.fault !== null) throw new CommandError(`${name} cannot draw as it is.`, exitCodes.failed);
    },
  );
  for (const [act, summary, done] of acts)
    add(`${act} <name>`, summary).action(async (name: string, options: { json?: true }, self: Command) => {
      const upstream = (await ask(self, 'POST', pathOf(name, act))) as UpstreamView;
      print(options, upstream, () => `${upstream.name} ${done}. It is ${stateText(upstream)}.\n`);
    });
}

const pathOf = (name: string, act: string): string => `/upstreams/${encodeURIComponent(name)}/${act}`;

function upstreamsText(upstreams: readonly UpstreamView[]): string {
  const table = textTable(
    ['Upstream', 'Kind', 'Priority', 'Weight', 'State', 'Key', 'In flight', 'Until'],
    upstreams.map((upstream) => [
      upstream.name,
      upstream.kind,
      String(upstream.priority),
      String(upstream.weight),
      stateText(upstream),
      upstream.key,
      String(upstream.in_flight),
      upstream.until ?? '-',
    ]),
  );
  const cells = upstreams.flatMap(({ name, cells: own }) => own.map((cell) => ({ name, ...cell })));
  if (cells.length === 0) return table;
  return `${table}\n${textTable(
    ['Upstream', 'Model', 'State', 'Health', 'Takes', 'In flight', 'Until'],
    cells.map((cell) => [
      cell.name,
      cell.model,
      // Nothing is wrong with it but the quota that it shares.
      stateText(isPaused(cell) ? { ...cell, state: 'paused' } : cell),
      `${(cell.health * 100).toFixed(0)} %`,
      cell.expected_ms === 0 ? '-' : `${(cell.expected_ms / 1000).toFixed(1)} s`,
      String(cell.in_flight),
      cell.until ?? cell.quota_until ?? '-',
    ]),
  )}`;
}

const isPaused = ({ state, quota_until: until }: UpstreamView['cells'][number]): boolean =>
  state === 'ready' && until !== null;

const stateText = ({ state, reason }: { readonly state: string; readonly reason: string }): string =>
  reason === '' ? state : `${state} (${reason})`;

function testText({ name, key, fault, http_status: status, reason }: UpstreamTestView): string {
  if (key === 'not_needed') return `${name} needs no key.`;
  if (fault === null) return `${name} answers, and takes its key.`;
  const words = [
    fault,
    ...(status === null ? [] : [`HTTP ${String(status)}`]),
    ...(reason === '' ? [] : [reason]),
  ];
  return `${name} says no: ${words.join(', ')}`;
}
