import type { Command } from 'commander';
import { type Config, configSetting } from '../config/config-schema.ts';
import { newId } from '../kernel/ids.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { WebhookEndpoint } from '../webhooks/webhook-desk.ts';
import type { EndpointState } from '../webhooks/webhook-outbox.ts';
import type { CommandContext } from './command-context.ts';
import { loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { configWithRecords } from './find-data-folder.ts';
import { withRecords } from './open-records.ts';
import { addSubcommand } from './subcommand.ts';
import { textTable } from './text-table.ts';

const settings = [configSetting('dataDir'), configSetting('webhooks.allowPrivate')];

interface WebhooksOptions {
  readonly json?: true;
}

/** `plantain webhooks …`: those who are told of limits that are used up. */
export function registerWebhooksCommand(program: Command, context: CommandContext): void {
  const webhooks = program
    .command('webhooks')
    .summary('show and test the receivers that are told of budgets')
    .description(
      'Show the receivers that are told of limits that are used up, test them, and enable them again.',
    )
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain webhooks list', 'how each is'],
        ['plantain webhooks test', 'send each a test'],
        ['plantain webhooks enable finance', 'after it was disabled for failing all day'],
      ]),
    );
  const add = (name: string, summary: string): Command => addSubcommand(webhooks, name, summary, settings);
  const print = (options: WebhooksOptions, document: unknown, text: string): void => {
    context.stdout.write(options.json ? `${JSON.stringify(document, null, 2)}\n` : text);
  };

  add('list', 'show the receivers and how they are').action(
    async (options: WebhooksOptions, command: Command) => {
      const config = configWithRecords(loadCommandConfig(command, context, settings), context);
      const endpoints = await endpointsOf(config);
      const states = await withRecords(config, (records) => records.webhooks.states());
      const views = endpoints.map((endpoint) =>
        viewOf(
          endpoint,
          states.find(({ name }) => name === endpoint.name),
        ),
      );
      print(options, views, endpointsTable(views));
    },
  );
  add('test [name]', 'send a test to a receiver, or to all').action(
    async (name: string | undefined, options: WebhooksOptions, command: Command) => {
      const { config } = loadCommandConfig(command, context, settings);
      const tests = await Promise.all(
        named(await endpointsOf(config), name).map((endpoint) => testOf(config, endpoint)),
      );
      print(options, tests, tests.map((test) => `${test.name}: ${test.result}\n`).join(''));
      if (tests.some(({ ok }) => !ok))
        throw new CommandError('Not every receiver took it.', exitCodes.failed);
    },
  );
  add('enable <name>', 'send to a receiver again that was disabled').action(
    async (name: string, options: WebhooksOptions, command: Command) => {
      const config = configWithRecords(loadCommandConfig(command, context, settings), context);
      named(await endpointsOf(config), name);
      const wasDisabled = await withRecords(config, (records) => records.webhooks.enable(name));
      print(
        options,
        { name, enabled: true, was_disabled: wasDisabled },
        wasDisabled ? `${name} is enabled: it is told from now on.\n` : `${name} was not disabled.\n`,
      );
    },
  );
}

async function endpointsOf(config: Config): Promise<readonly WebhookEndpoint[]> {
  return (await import('../app/webhooks.ts')).webhookEndpoints(config);
}

/** That of a name, or all. */
function named(endpoints: readonly WebhookEndpoint[], name: string | undefined): readonly WebhookEndpoint[] {
  const names = endpoints.map((endpoint) => endpoint.name);
  if (endpoints.length === 0)
    throw new CommandError(
      'There are no receivers. Set webhooks.url and webhooks.secret, or webhooks.endpoints.',
      exitCodes.usage,
    );
  if (name === undefined) return endpoints;
  const found = endpoints.filter((endpoint) => endpoint.name === name);
  if (found.length > 0) return found;
  const near = nearestName(name, names);
  const hint = near === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${near}?`;
  throw new CommandError(`"${name}" is no receiver. ${hint}`, exitCodes.usage);
}

async function testOf(config: Config, { name, url, secrets }: WebhookEndpoint) {
  const [{ createPost }, { webhookHeaders }, { testEvent }] = await Promise.all([
    import('../app/webhooks.ts'),
    import('../webhooks/sign-webhook.ts'),
    import('../webhooks/webhook-event.ts'),
  ]);
  const nowMs = Date.now();
  const event = testEvent(newId('evt', nowMs), nowMs);
  const post = createPost(() => config);
  try {
    const headers = webhookHeaders(event, secrets, nowMs);
    const status = await post(url, headers, event.body, new AbortController().signal);
    const ok = status >= 200 && status < 300;
    return { name, ok, status, result: ok ? `took it (status ${status})` : `answered with status ${status}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name, ok: false, status: null, result: `could not be reached: ${reason}` };
  }
}

/** Of its address the host alone: the rest may be its password. */
function viewOf({ name, url, events }: WebhookEndpoint, state: EndpointState | undefined) {
  return {
    name,
    host: new URL(url).host,
    events,
    waiting: state?.waiting ?? 0,
    delivered_at: isoOrNull(state?.deliveredAtMs),
    failing_since: isoOrNull(state?.failingSinceMs),
    last_failure: state?.lastFailure ?? null,
    disabled_at: isoOrNull(state?.disabledAtMs),
  };
}

const isoOrNull = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString();

function endpointsTable(views: readonly ReturnType<typeof viewOf>[]): string {
  if (views.length === 0)
    return 'No receivers. Set webhooks.url and webhooks.secret, or webhooks.endpoints.\n';
  const rows = views.map((view) => [
    view.name,
    view.host,
    view.events?.join(', ') ?? 'all',
    stateText(view),
    String(view.waiting),
    view.delivered_at?.slice(0, 16).replace('T', ' ') ?? 'never',
  ]);
  return textTable(['Name', 'Host', 'Events', 'State', 'Waiting', 'Last taken (UTC)'], rows);
}

function stateText({ disabled_at, failing_since, last_failure }: ReturnType<typeof viewOf>): string {
  if (disabled_at !== null) return `disabled: ${last_failure ?? ''}`;
  return failing_since === null ? 'ok' : `failing: ${last_failure ?? ''}`;
}
