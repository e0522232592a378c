import { Agent, FormData, Pool, ProxyAgent, request } from 'undici';
import { errorCodeOf } from '../kernel/error-code.ts';
import { proxyFor, type ProxySettings } from '../kernel/proxy-for.ts';
import type { PictureMaker, PictureRequest } from './picture-maker.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { isPlantain, readServerAnswer, readServerPreview, type ServerAnswer } from './read-server-answer.ts';

/** Ten 4K pictures as base64 stay below this, and below the longest string JavaScript has. */
const maxAnswerBytes = 500 * 1024 * 1024;
const connectTimeoutMs = 10_000;
/** A 4K picture may take five minutes upstream; the server's own deadline comes first. */
const headersTimeoutMs = 15 * 60_000;
const bodyTimeoutMs = 60_000;

const timeouts = {
  connectTimeout: connectTimeoutMs,
  headersTimeout: headersTimeoutMs,
  bodyTimeout: bodyTimeoutMs,
};

/** Draws through any server of OpenAI's Images API. `proxies` are those of the configuration. */
export function serverPictureMaker(
  baseUrl: string,
  key: string | undefined,
  proxies: ProxySettings,
): PictureMaker {
  const agents = new Map<string | undefined, Agent | ProxyAgent>();
  const agentFor = (url: string): Agent | ProxyAgent => {
    const proxy = proxyFor(new URL(url), proxies);
    const agent = agents.get(proxy) ?? openAgent(proxy);
    agents.set(proxy, agent);
    return agent;
  };
  const root = apiRoot(baseUrl);
  const authorization: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const call = async (
    url: string,
    options: NonNullable<Parameters<typeof request>[1]>,
  ): Promise<ServerAnswer> => {
    try {
      const answer = await request(url, { ...options, dispatcher: agentFor(url) });
      return {
        status: answer.statusCode,
        headers: Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
        ),
        body: await readBounded(answer.body),
      };
    } catch (error) {
      throw options.signal instanceof AbortSignal && options.signal.aborted
        ? error
        : unreachable(new URL(url).origin, error);
    }
  };
  const post = (order: PictureRequest, query: string, signal: AbortSignal): Promise<ServerAnswer> =>
    order.operation === 'generate'
      ? call(`${root}/images/generations${query}`, {
          method: 'POST',
          headers: { ...authorization, 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify(order.body),
          signal,
        })
      : call(`${root}/images/edits${query}`, {
          method: 'POST',
          headers: { ...authorization, accept: 'application/json' },
          body: editForm(order),
          signal,
        });
  return {
    label: `drawing (${new URL(root).host})`,
    ask: async (order, signal) => readServerAnswer(await post(order, '', signal)),
    preview: async (order, signal) => {
      // Another server would not know the question, and draw.
      const described = await call(`${root.replace(/\/v1$/, '')}/openapi.json`, { method: 'GET', signal });
      if (!isPlantain(described))
        throw new CommandError(
          `--dry-run asks a Plantain server, and ${new URL(root).origin} is none: it would draw.`,
          exitCodes.usage,
        );
      return readServerPreview(await post(order, '?dry_run=true', signal));
    },
    fetchLink: async (url, signal) => {
      const address = URL.parse(url, `${root}/`);
      if (address === null || !/^https?:$/.test(address.protocol))
        throw new CommandError('the server gave a link that is no http address.', exitCodes.unavailable);
      // The key goes to the server it is for, not wherever a link leads.
      const isOwn = address.origin === new URL(root).origin;
      const { status, body } = await call(address.href, {
        method: 'GET',
        headers: isOwn ? authorization : {},
        signal,
      });
      if (status === 200) return body;
      throw new CommandError(`the link to the picture answered ${String(status)}.`, exitCodes.unavailable);
    },
    close: async () => {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

/** Connections to a server, with timeouts; through a proxy where there is one. */
export function openAgent(proxy: string | undefined): Agent | ProxyAgent {
  if (proxy === undefined) return new Agent(timeouts);
  const factory = (origin: string | URL, own: object) => new Pool(origin, { ...timeouts, ...own });
  return new ProxyAgent({ uri: proxy, ...timeouts, factory });
}

/** `http://host:4747` → `http://host:4747/v1`; a path that is given is kept, as OpenAI's SDKs do. */
export function apiRoot(baseUrl: string): string {
  const trimmed = baseUrl.replace(/(?<!\/)\/+$/, '');
  return new URL(trimmed).pathname === '/' ? `${trimmed}/v1` : trimmed;
}

function editForm({ body, images, mask }: PictureRequest): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) form.append(name, String(value));
  const field = images.length === 1 ? 'image' : 'image[]';
  for (const { name, bytes } of images) form.append(field, new File([new Uint8Array(bytes)], name));
  if (mask !== undefined) form.append('mask', new File([new Uint8Array(mask.bytes)], mask.name));
  return form;
}

/** The whole of an answer. Throws CommandError when it is larger than any that can be. */
export async function readBounded(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > maxAnswerBytes)
      throw new CommandError('the answer is larger than 500 MiB.', exitCodes.unavailable);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function unreachable(origin: string, error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const code = errorCodeOf(error) ?? '';
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there. Is the server running?',
    ENOTFOUND: 'the host name is not known.',
    ECONNRESET: 'the connection broke.',
    UND_ERR_SOCKET: 'the connection broke.',
    UND_ERR_CONNECT_TIMEOUT: 'it does not answer.',
    UND_ERR_HEADERS_TIMEOUT: 'no answer came within 15 minutes.',
    UND_ERR_BODY_TIMEOUT: 'the answer stopped half-way.',
  };
  const reason =
    reasons[code] ?? (error instanceof Error && error.message !== '' ? `${error.message}.` : `${code}.`);
  return new CommandError(`cannot draw through ${origin}: ${reason}`, exitCodes.unavailable, error);
}
