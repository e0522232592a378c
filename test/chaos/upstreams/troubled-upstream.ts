import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChaosUpstream, sendWhole, startChaosUpstream, wholeAnswer } from '../support/chaos-upstream.ts';
import { base64Of } from '../support/pictures.ts';
import { chanceOf, type Deed, type Troubles } from './troubles.ts';

/** What an upstream tells of a call: what it decided to do when it had arrived, or that a whole picture went out. */
export interface CallNote {
  readonly kind: 'came' | 'drawn';
  readonly order: number;
  readonly deed: Deed;
}

/** The prompt of an order, by which upstreams tell it from others. */
export const promptOf = (order: number): string => `a fox in the snow #${order}.`;

const picture = wholeAnswer(base64Of(20_000));
/** What a 429 asks for; the shortest pause that is honoured. */
const retryDelayS = 1;

/** An upstream of the Gemini API's shape with troubles of its own, which notes every call as it comes. */
export function startTroubledUpstream(
  troubles: Troubles,
  seed: number,
  onNote: (note: CallNote) => void,
  port?: number,
): Promise<ChaosUpstream> {
  const calls = new Map<number, number>();
  return startChaosUpstream(async ({ prompt }, response) => {
    const digits = /#(\d+)\./.exec(prompt)?.[1];
    // What a server asks at its start, about its key.
    if (digits === undefined) return sendJson(response, 200, { models: [] });
    const order = Number(digits);
    const nth = calls.get(order) ?? 0;
    calls.set(order, nth + 1);
    const { deed, drawMs } = chanceOf(seed, troubles, order, nth);
    onNote({ kind: 'came', order, deed });
    await play(deed, drawMs, response, () => onNote({ kind: 'drawn', order, deed }));
  }, port);
}

async function play(
  deed: Deed,
  drawMs: number,
  response: ServerResponse,
  onDrawn: () => void,
): Promise<void> {
  switch (deed) {
    case 'quota':
      return sendError(response, 429, `Quota exceeded. Please retry in ${retryDelayS}s.`, [
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryDelayS}s` },
      ]);
    case 'credit':
      return sendError(
        response,
        402,
        'Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing.',
      );
    case 'overload':
      await sleep(drawMs / 4);
      return sendError(response, 503, 'The model is overloaded. Please try again later.');
    case 'hang':
      // Until the caller gives it up.
      return;
    case 'cut':
      await sleep(drawMs);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': picture.length });
      response.write(picture.subarray(0, picture.length / 2), () => response.destroy());
      return;
    case 'draw':
      await sleep(drawMs);
      response.once('finish', onDrawn);
      sendWhole(response, picture);
  }
}

const statuses: Readonly<Record<number, string>> = {
  402: 'RESOURCE_EXHAUSTED',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

function sendError(
  response: ServerResponse,
  code: number,
  message: string,
  details?: readonly object[],
): void {
  sendJson(response, code, { error: { code, message, status: statuses[code], details } });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
