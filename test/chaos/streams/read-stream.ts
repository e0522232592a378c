import type { Server } from '../../support/http.ts';
import { hashOf } from '../support/pictures.ts';
import { generation, send } from '../support/send.ts';
import type { DrawnPictures } from './drawn-pictures.ts';

export interface StreamWish {
  readonly prompt: string;
  readonly count: number;
  readonly hasDrafts: boolean;
  /** Bytes a second that the reader takes. */
  readonly rate: number;
}

/** Far longer than the slowest of these streams takes. */
const hangMs = 60_000;

/** Asks for a stream, reads it slowly, and says how it ended: `whole`, or what was wrong with it. */
export async function readStream(
  server: Server,
  { prompt, count, hasDrafts, rate }: StreamWish,
  drawnFor: (prompt: string) => DrawnPictures,
): Promise<string> {
  const order = generation({ prompt, n: count, stream: true, ...(hasDrafts && { partial_images: 1 }) });
  const { outcome, body } = await send(server, order, { keepsBody: true, rate, timeoutMs: hangMs });
  const drawn = drawnFor(prompt);
  if (outcome === '200 no end') return 'hung';
  if (outcome !== '200') return outcome;
  const text = body.toString('latin1');
  if (text.includes('event: error')) return 'error event';
  if (!text.endsWith('\n\n')) return 'not ended';
  const finals = hashesOf(text, 'completed');
  const drafts = hashesOf(text, 'partial_image');
  if (!isSame(finals, drawn.finals) || finals.length !== count) return 'other pictures';
  return isSame(drafts, drawn.drafts) && drafts.length === (hasDrafts ? count : 0) ? 'whole' : 'other drafts';
}

function hashesOf(text: string, kind: string): string[] {
  const events = text.matchAll(
    new RegExp(`event: image_generation\\.${kind}\ndata: \\{[^\n]*?"b64_json":"([^"]*)"`, 'g'),
  );
  return [...events].map(([, base64 = '']) => hashOf(Buffer.from(base64, 'latin1')));
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.toSorted().join() === right.toSorted().join();
}
