import { Agent, get } from 'node:http';
import type { Command } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { configSetting } from '../config/config-schema.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

const settings = [configSetting('host'), configSetting('port')];
/** Below the three seconds that containers usually give a probe. */
const longestWaitMs = 2500;
const longestAnswerBytes = 1024;

/** `plantain health`: for containers and services, in which there may be no shell and no curl. */
export function registerHealthCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('health')
    .summary('ask the server of this configuration whether it is alive')
    .description(
      'Ask the server of this configuration, on this machine, whether it is alive. Ends with 0 if it is, else with 1. It loads next to nothing and takes 2.5 seconds at most, as probes of containers want it.',
    )
    .option('--json', 'print JSON');
  addConfigOptions(command, settings)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain health', 'with the settings that the server has'],
        ['plantain health --json', 'for scripts'],
      ]),
    )
    .action(async ({ json }: { json?: true }, self: Command) => {
      const url = urlOf(self, context);
      const problem = await problemAt(url);
      if (json)
        context.stdout.write(
          `${JSON.stringify({ url, healthy: problem === undefined, problem: problem ?? null })}\n`,
        );
      else if (problem === undefined) context.stdout.write(`${url} is alive\n`);
      if (problem !== undefined) throw new CommandError(`${url} is not alive: ${problem}.`, exitCodes.failed);
    });
}

/** Whatever is wrong ends with 1: others have no meaning to those who look after containers. */
function urlOf(self: Command, context: CommandContext): string {
  try {
    const { host, port } = loadCommandConfig(self, context, settings).config;
    if (port === 0)
      throw new CommandError('port is 0: nobody knows where that server listens.', exitCodes.failed);
    return `http://${reachable(host)}:${String(port)}/healthz`;
  } catch (error) {
    if (error instanceof ConfigError)
      throw new CommandError(error.problems.join('; '), exitCodes.failed, error);
    throw error;
  }
}

/** An address that all of them are behind is no address to ask; a server on one alone is asked there. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::' || host === '::0') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** What is wrong there, in a few words; undefined: nothing. Proxies are not for this machine. */
function problemAt(url: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const signal = AbortSignal.timeout(longestWaitMs);
  const request = get(url, { agent: new Agent(), signal }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      text += part;
      if (text.length > longestAnswerBytes) request.destroy(new Error('its answer is not that of Plantain'));
    });
    response.on('error', (error) => resolve(reasonOf(error)));
    response.on('end', () =>
      resolve(
        response.statusCode === 200 && isAlive(text)
          ? undefined
          : `it answered ${String(response.statusCode)}, and not as Plantain does`,
      ),
    );
  });
  request.on('error', (error) => resolve(reasonOf(error)));
  return promise;
}

function isAlive(text: string): boolean {
  try {
    return (JSON.parse(text) as { readonly status?: unknown } | null)?.status === 'ok';
  } catch {
    return false;
  }
}

function reasonOf(error: Error): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'it did not answer in time';
  return error.message === '' ? 'it cannot be reached' : error.message;
}
