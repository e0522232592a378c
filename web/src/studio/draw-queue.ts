import { ApiError, call } from '../api/call.ts';
import { queryClient } from '../api/query-client.ts';
import type { OrderWithAttempts } from '../api/types.ts';
import { problemText } from '../ui/problem.tsx';
import { say } from '../words/say.ts';
import { askImages } from './ask-images.ts';
import { blobOfBase64 } from './data-url.ts';
import { newId } from '../api/new-id.ts';
import { parseAdapted } from './parse-adapted.ts';
import { type Failure, isUnderWay, type Picture, releaseUrl } from './picture.ts';
import { addPictures, changePicture, pictureOf, pictures } from './pictures.ts';
import { readEvents } from './read-events.ts';
import type { Wish } from './wish.ts';

/** Orders at a time: each holds a connection, and a browser has six for a server. */
export const mostAtOnce = 3;
const drafts = 2;
const underWay = new Map<string, AbortController>();

/** Draws pictures, an order each, so that each comes, fails and is tried again by itself. */
export function draw(
  wishes: readonly { readonly wish: Wish; readonly size: string | undefined }[],
  keyId: string,
): void {
  const atMs = Date.now();
  addPictures(wishes.map(({ wish, size }) => ({ id: newId(), atMs, keyId, wish, state: 'waiting', size })));
  pump();
}

/** Draws one again in its own place. */
export function retry({ id, wish }: Picture, keyId: string): void {
  changePicture(id, { state: 'waiting', keyId, wish });
  pump();
}

/** Gives one up: the server ends its order. */
export function stop(id: string): void {
  const picture = pictureOf(id);
  if (picture === undefined || !isUnderWay(picture)) return;
  underWay.get(id)?.abort();
  changePicture(id, { state: 'stopped' });
}

/** Gives up what has not begun. */
export function stopWaiting(): void {
  for (const { id, state } of pictures.get()) if (state === 'waiting') stop(id);
}

/** Begins what waits, the oldest first. */
function pump(): void {
  while (underWay.size < mostAtOnce) {
    const next = pictures.get().findLast(({ id, state }) => state === 'waiting' && !underWay.has(id));
    if (next === undefined) return;
    const abort = new AbortController();
    underWay.set(next.id, abort);
    void drawOne(next, abort.signal).finally(() => {
      underWay.delete(next.id);
      pump();
    });
  }
}

async function drawOne({ id, wish, keyId }: Picture, signal: AbortSignal): Promise<void> {
  const startedAtMs = Date.now();
  changePicture(id, {
    state: 'drawing',
    startedAtMs,
    aliveAtMs: startedAtMs,
    failure: undefined,
    orderId: '',
  });
  try {
    const response = await askImages(wish, {
      keyId,
      signal,
      extra: { stream: true, partial_images: drafts },
    });
    changePicture(id, {
      orderId: response.headers.get('x-request-id') ?? '',
      adaptations: parseAdapted(response.headers.get('plantain-adapted')),
    });
    if (response.body !== null)
      for await (const event of readEvents(response.body)) hear(id, event, startedAtMs);
    if (pictureOf(id)?.state === 'drawing') fail(id, { message: say('studio.brokenOff') }, startedAtMs);
  } catch (thrown) {
    if (signal.aborted) return;
    // What is refused before it is admitted has no order in the ledger.
    const { code, type } = thrown instanceof ApiError ? thrown : { code: 'network', type: undefined };
    fail(id, { message: problemText(thrown), code, type }, startedAtMs);
  } finally {
    releaseUrl(pictureOf(id)?.draft);
    await addCost(id);
  }
}

interface EventData {
  readonly type?: string;
  readonly b64_json?: string;
  readonly output_format?: string;
  readonly size?: string;
  readonly usage?: { readonly total_tokens?: number };
  readonly error?: { readonly message?: string; readonly code?: string | null; readonly type?: string };
}

function hear(
  id: string,
  event: { kind: 'alive' } | { kind: 'data'; data: unknown },
  startedAtMs: number,
): void {
  if (pictureOf(id)?.state !== 'drawing') return;
  if (event.kind === 'alive') return changePicture(id, { aliveAtMs: Date.now() });
  const { type, b64_json, output_format = 'png', size, usage, error } = event.data as EventData;
  if (type === 'error')
    return fail(
      id,
      { message: error?.message ?? '', code: error?.code ?? undefined, type: error?.type },
      startedAtMs,
    );
  if (b64_json === undefined) return;
  const blob = blobOfBase64(b64_json, `image/${output_format}`);
  if (type?.endsWith('.partial_image') === true)
    return changePicture(id, { draft: blob, aliveAtMs: Date.now() });
  changePicture(id, {
    state: 'done',
    blob,
    size,
    durationMs: Date.now() - startedAtMs,
    ...(usage?.total_tokens !== undefined && { tokens: usage.total_tokens }),
  });
}

function fail(id: string, failure: Failure, startedAtMs: number): void {
  changePicture(id, { state: 'failed', failure, durationMs: Date.now() - startedAtMs });
}

/** What it cost, by the ledger: the stream's headers left before anybody knew. */
async function addCost(id: string): Promise<void> {
  const orderId = pictureOf(id)?.orderId ?? '';
  if (orderId === '') return;
  const order = await call<OrderWithAttempts>(`/orders/${orderId}`).catch(() => undefined);
  if (order !== undefined && order.status !== 'open')
    changePicture(id, { costMicroUsd: order.cost_micro_usd });
  void queryClient.invalidateQueries({ queryKey: ['orders'] });
}

// What is being drawn has been ordered: leaving the page gives it up.
addEventListener('beforeunload', (event) => {
  if (pictures.get().some(isUnderWay)) event.preventDefault();
});
