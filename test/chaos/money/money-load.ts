import { setTimeout as sleep } from 'node:timers/promises';
import { generation, send } from '../support/send.ts';
import { Tally } from '../support/tally.ts';

/** What a caller was told of an order that was answered with a picture. */
export interface ToldOrder {
  readonly order: number;
  readonly costMicroUsd: number;
}

export interface MoneyLoadOptions {
  readonly keys: readonly string[];
  readonly lanes: number;
  /** Where the lane sends its orders now, if anywhere. */
  readonly urlOf: (lane: number) => string | undefined;
  readonly isOver: () => boolean;
}

/** Behind whatever was no picture: a refusal is quick, and a server that is away quicker. */
const pauseMs = 50;
const timeoutMs = 90_000;

/** The end user of an order, by which its row is found: a server that was killed told nobody its id. */
export const userOf = (order: number): string => `order ${String(order)}`;
export const promptOf = (order: number): string => `a fox #${String(order)}.`;

/** Orders without end, one after the other in every lane, by all keys. */
export class MoneyLoad {
  readonly answers = new Tally();
  readonly told: ToldOrder[] = [];
  #sent = 0;

  get sent(): number {
    return this.#sent;
  }

  /** Resolves when the time is over and the last order was answered, or its server killed. */
  async run({ keys, lanes, urlOf, isOver }: MoneyLoadOptions): Promise<void> {
    await Promise.all(
      Array.from({ length: lanes }, async (_, lane) => {
        for (let turn = lane; !isOver(); turn++) {
          const url = urlOf(lane);
          if (url === undefined || !(await this.#order(url, keys[turn % keys.length] ?? '')))
            await sleep(pauseMs);
        }
      }),
    );
  }

  async #order(url: string, key: string): Promise<boolean> {
    const order = this.#sent++;
    const body = { prompt: promptOf(order), user: userOf(order) };
    const { outcome, code, headers } = await send({ url, key }, generation(body), { timeoutMs });
    this.answers.add(code === undefined ? outcome : `${outcome} ${code}`);
    const cost = headers['plantain-cost-micro-usd'];
    if (outcome !== '200' || typeof cost !== 'string') return false;
    this.told.push({ order, costMicroUsd: Number(cost) });
    return true;
  }
}
