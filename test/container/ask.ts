import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch } from 'undici';

export interface Picture {
  readonly status: number;
  readonly body: { readonly data?: readonly { readonly b64_json?: string; readonly url?: string }[] };
}

/** A key as an operator gives it. */
export const bootstrapKey = `sk-${'c0ntainer'.repeat(6).slice(0, 48)}`;

/** A server to ask, by the address outside of its container. */
export class Server {
  readonly #base: string;
  readonly #key: string;
  readonly #agent: Agent;

  constructor(base: string, key: string, ca?: string) {
    this.#base = base;
    this.#key = key;
    // A connection for each request, as from many clients.
    this.#agent = new Agent({
      pipelining: 0,
      headersTimeout: 60_000,
      ...(ca !== undefined && { connect: { ca } }),
    });
  }

  async draw(fields: object): Promise<Picture> {
    const answer = await this.get('/v1/images/generations', {
      method: 'POST',
      body: JSON.stringify(fields),
      contentType: 'application/json',
    });
    const text = await answer.text();
    // A proxy's own errors are no JSON.
    const body = (answer.ok ? JSON.parse(text) : { error: text }) as Picture['body'];
    return { status: answer.status, body };
  }

  /** The bytes of the one picture of an order that has to succeed. */
  async picture(fields: object): Promise<Buffer> {
    const { status, body } = await this.draw(fields);
    const encoded = body.data?.[0]?.b64_json;
    if (status !== 200 || encoded === undefined)
      throw new Error(`an order was answered ${String(status)}: ${JSON.stringify(body).slice(0, 500)}`);
    return Buffer.from(encoded, 'base64');
  }

  get(
    pathOrUrl: string,
    {
      method = 'GET',
      body,
      contentType,
      token = this.#key,
    }: { method?: string; body?: string; contentType?: string; token?: string } = {},
  ) {
    return fetch(new URL(pathOrUrl, this.#base), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
      dispatcher: this.#agent,
      ...(body !== undefined && { body }),
    });
  }

  ready(): Promise<void> {
    return eventually('the server is ready', async () => {
      const answer = await this.get('/readyz');
      await answer.text();
      return answer.ok;
    });
  }
}

/** Polls for what has to come to be. */
export async function eventually(what: string, isSo: () => Promise<boolean>, maxSeconds = 60): Promise<void> {
  const until = Date.now() + maxSeconds * 1000;
  for (;;) {
    const failure = await isSo().then(
      (so) => (so ? undefined : 'it is not'),
      (error: unknown) => String(error instanceof Error ? (error.cause ?? error.message) : error),
    );
    if (failure === undefined) return;
    if (Date.now() > until) throw new Error(`${what}: after ${String(maxSeconds)} s ${failure}`);
    await sleep(100);
  }
}

export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
