import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { field, file, type RawPart } from '../../support/http.ts';
import type { ChaosServer } from '../support/chaos-server.ts';
import { rawClient } from '../support/raw-client.ts';
import { type Answered, edit, generation, type Order, send, type SendOptions } from '../support/send.ts';
import type { OrderRecord } from './books.ts';
import { type Deed, promptFor } from './soak-upstream.ts';

/** Everything that clients of a soak do, each order with a number of its own and an entry in the records. */
export class SoakClients {
  readonly records: OrderRecord[] = [];
  readonly #server: ChaosServer;
  #numbers = 0;

  constructor(server: ChaosServer) {
    this.#server = server;
  }

  /** A generation whose prompt asks the upstream for `deed`. */
  generate(kind: string, deed: Deed, fields: object = {}, options?: SendOptions): Promise<Answered> {
    const number = this.#numbers++;
    return this.#recorded(kind, number, generation({ prompt: promptFor(number, deed), ...fields }), options);
  }

  edit(kind: string, parts: readonly RawPart[]): Promise<Answered> {
    const number = this.#numbers++;
    return this.#recorded(kind, number, edit([...parts, field('prompt', promptFor(number, 'draw'))]));
  }

  /** A request that ends before there is an order. */
  refused(kind: string, order: Order, options?: SendOptions): Promise<Answered> {
    return this.#recorded(kind, this.#numbers++, order, options);
  }

  /** Leaves after `patienceMs`, whatever has come by then. */
  async leave(kind: string, deed: Deed, patienceMs: number): Promise<void> {
    await this.generate(kind, deed, {}, { signal: AbortSignal.timeout(Math.round(patienceMs)) });
  }

  /** Leaves in the middle of its upload. */
  async cutUpload(kind: string, picture: Buffer): Promise<void> {
    const number = this.#numbers++;
    const order = edit([file('image', picture), field('prompt', promptFor(number, 'draw'))]);
    const client = await rawClient(this.#server, order, { sentBytes: Math.floor(picture.length / 2) });
    await sleep(Math.random() * 300);
    client.socket.destroy();
    this.#record(kind, number, 'left', undefined, true);
  }

  /** Stops in the middle of its upload, and waits to be told so. */
  async stallUpload(kind: string, picture: Buffer): Promise<void> {
    const number = this.#numbers++;
    const order = edit([file('image', picture), field('prompt', promptFor(number, 'draw'))]);
    const client = await rawClient(this.#server, order, { sentBytes: Math.floor(picture.length / 2) });
    this.#record(kind, number, await client.readOn(60_000), undefined, false);
  }

  /** Asks for a large picture, never reads it, and leaves at last. */
  async fallSilent(kind: string, silenceMs: number): Promise<void> {
    const number = this.#numbers++;
    const client = await rawClient(this.#server, generation({ prompt: promptFor(number, 'large') }));
    await sleep(silenceMs);
    client.socket.destroy();
    this.#record(kind, number, 'left', undefined, true);
  }

  /** Fetches a link's bytes; they are no order. */
  fetchLink(url: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(url, { agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks)));
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end();
    });
  }

  async #recorded(kind: string, number: number, order: Order, options?: SendOptions): Promise<Answered> {
    const answered = await send(this.#server, order, { keepsBody: true, ...options });
    const hasLeft = answered.outcome.endsWith('left');
    this.#record(kind, number, answered.outcome, answered, hasLeft);
    return answered;
  }

  #record(
    kind: string,
    number: number,
    outcome: string,
    answered: Answered | undefined,
    hasLeft: boolean,
  ): void {
    const requestId = answered?.headers['x-request-id'];
    const cost = answered?.headers['plantain-cost-micro-usd'];
    this.records.push({
      kind,
      number,
      outcome,
      requestId: typeof requestId === 'string' ? requestId : undefined,
      costMicroUsd: typeof cost === 'string' ? Number(cost) : undefined,
      hasLeft,
    });
  }
}
