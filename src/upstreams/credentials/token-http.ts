import { setTimeout as sleep } from 'node:timers/promises';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { parseErrorBody } from '../gemini/error-body.ts';
import { causeOf } from '../gemini/google-error.ts';
import { ErrorBody } from '../http/error-body.ts';
import { openAgent } from '../client/open-agent.ts';
import { TransportError } from '../client/transport-error.ts';
import { CredentialsError } from './credentials-error.ts';
import type { ResponseHead, UpstreamAgent, UpstreamRequest } from '../client/upstream-agent.ts';

export interface TokenHttpOptions {
  /** The proxy that leads to an address; undefined when it is called directly. */
  readonly proxyTo: (url: URL) => string | undefined;
  readonly connectTimeoutMs: number;
  /** The longest that one answer is waited for. */
  readonly timeoutMs?: number;
  /** Between tries. */
  readonly pausesMs?: readonly number[];
}

/** A question to a token server. */
export interface TokenQuestion {
  /** Who is asked, for the operator: `the token server`. */
  readonly whom: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Posted as a form, or as JSON; absent, the address is read. */
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: object;
  /** Whatever the settings say of proxies: what is no further than this machine's own host. */
  readonly isDirect?: boolean;
}

const defaultTimeoutMs = 5000;
/** Three tries in about a second. */
const defaultPausesMs = [200, 800];

/** Asks servers for tokens: with the upstream's proxies, in bounded time, and again where a failure may pass. */
export class TokenHttp {
  readonly #options: TokenHttpOptions;
  readonly #agents = new Map<string | undefined, UpstreamAgent>();

  constructor(options: TokenHttpOptions) {
    this.#options = options;
  }

  /** The text of a good answer. Rejects with `CredentialsError`, or the signal's reason. */
  async ask(question: TokenQuestion, signal: AbortSignal): Promise<string> {
    const pausesMs = [...(this.#options.pausesMs ?? defaultPausesMs)];
    for (;;) {
      try {
        return await this.#askOnce(question, signal);
      } catch (error) {
        signal.throwIfAborted();
        const pauseMs = pausesMs.shift();
        const mayPass = error instanceof PlantainError && error.code === 'upstream_unavailable';
        if (!mayPass || pauseMs === undefined) throw error;
        await sleep(pauseMs, undefined, { signal });
      }
    }
  }

  /** The same, of JSON. */
  async askJson(question: TokenQuestion, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const text = await this.ask(question, signal);
    try {
      const answer: unknown = JSON.parse(text);
      if (typeof answer === 'object' && answer !== null) return { ...answer };
    } catch {
      // Told below, without what was sent: it may be a token.
    }
    throw new CredentialsError(`${question.whom} answered with something that is no JSON`, {
      isPassing: true,
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }

  async #askOnce(question: TokenQuestion, signal: AbortSignal): Promise<string> {
    const { whom } = question;
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? defaultTimeoutMs);
    const bounded = AbortSignal.any([signal, timeout]);
    let head: ResponseHead | undefined;
    let body: ErrorBody | undefined;
    try {
      const url = new URL(question.url);
      await this.#agentFor(url, question.isDirect).exchange(requestOf(url, question), bounded, {
        onHead: (began) => {
          head = began;
          body = new ErrorBody(began);
          return body;
        },
      });
      const bytes = (await body?.read(bounded)) ?? Buffer.alloc(0);
      const status = head?.statusCode ?? 0;
      if (status === 200) return bytes.toString('utf8');
      const words = causeOf(parseErrorBody(bytes));
      const told = words === undefined ? '' : `: ${words}`;
      throw new CredentialsError(`${whom} answered ${String(status)}${told}`, {
        isPassing: status === 408 || status === 429 || status >= 500,
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof CredentialsError) throw error;
      if (timeout.aborted) throw new CredentialsError(`${whom} did not answer in time`, { isPassing: true });
      if (error instanceof TransportError)
        throw new CredentialsError(`${whom} cannot be reached (${error.code || 'connection broken'})`, {
          isPassing: true,
        });
      throw new CredentialsError(`the address of ${whom} cannot be called`);
    }
  }

  #agentFor(url: URL, isDirect = false): UpstreamAgent {
    const proxy = isDirect ? undefined : this.#options.proxyTo(url);
    const timeoutMs = this.#options.timeoutMs ?? defaultTimeoutMs;
    const agent =
      this.#agents.get(proxy) ??
      openAgent(
        {
          maxConnections: 4,
          headersTimeoutMs: timeoutMs,
          bodyTimeoutMs: timeoutMs,
          connectTimeoutMs: this.#options.connectTimeoutMs,
          keepAliveTimeoutMs: 4000,
        },
        proxy,
      );
    this.#agents.set(proxy, agent);
    return agent;
  }
}

function requestOf(url: URL, { headers, form, json }: TokenQuestion): UpstreamRequest {
  const body =
    form !== undefined
      ? { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(form).toString() }
      : json !== undefined
        ? { type: 'application/json', text: JSON.stringify(json) }
        : undefined;
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...headers,
      accept: 'application/json',
      'user-agent': 'plantain',
      ...(body && { 'content-type': body.type, 'content-length': String(Buffer.byteLength(body.text)) }),
    },
    ...(body && { body: Buffer.from(body.text) }),
  };
}
