import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ChaosUpstream,
  sendInPieces,
  startChaosUpstream,
  streamedAnswer,
  wholeAnswer,
} from '../support/chaos-upstream.ts';

/** What an order's prompt asks the upstream to do. */
export type Deed = 'draw' | 'large' | 'slow' | 'cut' | 'stall' | 'rate-limit' | 'fail' | 'refuse' | 'talk';

/** The prompt that brings it about; the upstream counts by the number. */
export const promptFor = (number: number, deed: Deed): string => `a fox in the snow #${number} ${deed}.`;

export interface SoakPictures {
  /** A real picture, as base64. */
  readonly ordinary: Buffer;
  /** Nobody decodes it. */
  readonly large: Buffer;
}

export interface SoakUpstream extends ChaosUpstream {
  readonly callsByNumber: ReadonlyMap<number, number>;
  readonly drawnByNumber: ReadonlyMap<number, number>;
}

const slowMs = 4000;
const slowPieces = 40;
const stalledBytes = 100_000;

/** An upstream that does what the prompt says, and counts what it did. */
export async function startSoakUpstream(pictures: SoakPictures): Promise<SoakUpstream> {
  const calls = new Map<number, number>();
  const drawn = new Map<number, number>();
  const add = (counts: Map<number, number>, number: number): void => {
    counts.set(number, (counts.get(number) ?? 0) + 1);
  };
  const whole = { draw: wholeAnswer(pictures.ordinary), large: wholeAnswer(pictures.large) };
  const streamed = streamedAnswer([pictures.ordinary], pictures.ordinary);
  const upstream = await startChaosUpstream(async ({ prompt, isStreamed }, response) => {
    const [, digits = '0', deed = 'draw'] = /#(\d+) ([\w-]+)/.exec(prompt) ?? [];
    const number = Number(digits);
    add(calls, number);
    await sleep(50 + Math.random() * 200);
    const body = isStreamed ? streamed : deed === 'large' ? whole.large : whole.draw;
    const type = isStreamed ? 'text/event-stream' : 'application/json';
    switch (deed as Deed) {
      case 'draw':
      case 'large':
        add(drawn, number);
        return sendInPieces(response, body, type, () => 1 + Math.random() * 65_536);
      case 'slow':
        add(drawn, number);
        return sendSlowly(response, body);
      case 'cut':
        response.writeHead(200, { 'content-type': type, 'content-length': body.length });
        response.write(body.subarray(0, body.length / 2), () => response.destroy());
        return;
      case 'stall':
        response.writeHead(200, { 'content-type': type, 'content-length': body.length });
        response.write(body.subarray(0, stalledBytes));
        return;
      case 'rate-limit':
        return sendError(response, 429, 'RESOURCE_EXHAUSTED');
      case 'fail':
        return sendError(response, 503, 'UNAVAILABLE');
      case 'refuse':
        return sendJson(response, 200, { promptFeedback: { blockReason: 'SAFETY' } });
      case 'talk':
        return sendJson(response, 200, {
          candidates: [
            { content: { parts: [{ text: 'A fox, you say?' }], role: 'model' }, finishReason: 'STOP' },
          ],
        });
    }
  });
  return Object.assign(upstream, { callsByNumber: calls, drawnByNumber: drawn });
}

async function sendSlowly(response: ServerResponse, body: Buffer): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  const bytes = Math.ceil(body.length / slowPieces);
  for (let at = 0; at < body.length && !response.destroyed; at += bytes) {
    response.write(body.subarray(at, at + bytes));
    await sleep(slowMs / slowPieces);
  }
  response.end();
}

function sendError(response: ServerResponse, code: number, status: string): void {
  sendJson(response, code, { error: { code, status, message: 'Not now.' } });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
