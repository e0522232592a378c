import { http } from '../kernel/node-http.ts';
import { ConfigError } from '../config/config-error.ts';
import type { FlagValues } from '../config/load-config.ts';
import { loadListenAddress } from '../config/load-listen-address.ts';
import { type CommandContext, sourcesOf } from './command-context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

/** Below the three seconds that containers usually give a probe. */
const longestWaitMs = 2500;
const longestAnswerBytes = 1024;

export interface HealthOptions {
  readonly json?: boolean | undefined;
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
}

/** Asks the server of this configuration whether it is alive and says so; throws if it is not. */
export async function askHealth(
  { json = false, ...flags }: HealthOptions,
  context: CommandContext,
): Promise<void> {
  const url = urlOf(flags, context);
  const problem = await problemAt(url);
  if (json)
    context.stdout.write(
      `${JSON.stringify({ url, healthy: problem === undefined, problem: problem ?? null })}\n`,
    );
  else if (problem === undefined) context.stdout.write(`${url} is alive\n`);
  if (problem !== undefined) throw new CommandError(`${url} is not alive: ${problem}.`, exitCodes.failed);
}

/** Whatever is wrong ends with 1: others have no meaning to those who look after containers. */
function urlOf(flags: FlagValues, context: CommandContext): string {
  try {
    const { host, port } = loadListenAddress({ flags, ...sourcesOf(context) });
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
  const request = http.get(url, { agent: new http.Agent(), signal }, (response) => {
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
