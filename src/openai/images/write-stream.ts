import type { StreamListener } from '../../journey/dialect.ts';
import type { ImageAnswer } from '../../journey/image-answer.ts';
import type { ImageOrder } from '../../journey/image-order.ts';
import type { GeneratedImage } from '../../journey/image-result.ts';
import type { ImageResult } from '../../journey/receipt.ts';
import { noUsage } from '../../journey/sum-usage.ts';
import { PlantainError, toPlantainError } from '../../kernel/plantain-error.ts';
import { adaptedHeader } from './adapted-header.ts';
import { errorBody } from '../shared/write-error.ts';
import { imageFacts, writeUsage } from './write-result.ts';

/** openai-go reads at most 32 MiB a line (docs/contracts/clients.md#streams). */
export const maxEventBytes = 32 * 1024 * 1024 - 64 * 1024;
/**
 * Proxies cut connections that stay silent for a minute or two; this is well below (docs/contracts/runtime.md#silent-connections). One line
 * feed only: openai-go v1 takes an empty line for the end of an event, even after a comment.
 */
const keepAlive = { everyMs: 10_000, piece: Buffer.from(': keep-alive\n') };

/**
 * An order as OpenAI's event stream (docs/contracts/openai-images.md#streaming): comments from the moment of admission,
 * drafts when they were asked for, one `completed` event a picture, or one nested `error` event.
 */
export function writeStream(
  order: ImageOrder,
  fulfil: (listener: StreamListener) => Promise<ImageResult>,
  nowMs: () => number,
): ImageAnswer {
  const adapted = adaptedHeader(order.adaptations);
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // nginx buffers answers unless told not to.
      'x-accel-buffering': 'no',
      'openai-version': '2020-10-01',
      ...(adapted !== undefined && { 'plantain-adapted': adapted }),
    },
    body: {
      kind: 'stream',
      groups: new OrderEvents(order, fulfil, nowMs).groups(),
      keepAlive,
      isLastUse: true,
    },
  };
}

type End = { readonly result: ImageResult } | { readonly error: PlantainError };

/** The events of one order. The work starts at once, whether or not anybody reads: it ends in a settlement. */
class OrderEvents {
  readonly #order: ImageOrder;
  readonly #nowMs: () => number;
  readonly #drafts: (readonly Buffer[])[] = [];
  readonly #draftsSent = new Map<number, number>();
  readonly #work: Promise<End>;
  #end: End | undefined;
  #wake: () => void = () => undefined;

  constructor(
    order: ImageOrder,
    fulfil: (listener: StreamListener) => Promise<ImageResult>,
    nowMs: () => number,
  ) {
    this.#order = order;
    this.#nowMs = nowMs;
    const listener = order.partialImages > 0 ? { onDraft: this.#addDraft } : {};
    this.#work = fulfil(listener).then(
      (result) => ({ result }),
      (thrown: unknown) => ({ error: toPlantainError(thrown) }),
    );
    void this.#work.then((end) => {
      this.#end = end;
      this.#wake();
    });
  }

  async *groups(): AsyncGenerator<readonly Buffer[]> {
    try {
      yield [keepAlive.piece];
      while (this.#end === undefined) {
        await this.#something();
        yield* this.#drafts.splice(0);
      }
      const end = this.#end;
      yield* this.#drafts.splice(0);
      if ('error' in end) yield writeErrorEvent(end.error);
      else yield* completedEvents(end.result, this.#nowMs());
    } finally {
      // A client that leaves ends the order, and its answer is over only when that is settled.
      await this.#work;
    }
  }

  readonly #addDraft = (image: GeneratedImage, index: number): void => {
    const draftIndex = this.#draftsSent.get(index) ?? 0;
    if (draftIndex >= this.#order.partialImages || image.base64.length > maxEventBytes) return;
    this.#draftsSent.set(index, draftIndex + 1);
    this.#drafts.push(
      writeEvent(this.#order, 'partial_image', image, this.#nowMs(), { partial_image_index: draftIndex }),
    );
    this.#wake();
  };

  /** Waits for a draft or the end. */
  async #something(): Promise<void> {
    if (this.#end !== undefined || this.#drafts.length > 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}

/**
 * One event a picture. The counts stand in the last one and are zero before, so that the sum over the stream
 * is what the order used.
 */
function* completedEvents(result: ImageResult, nowMs: number): Generator<readonly Buffer[]> {
  const last = result.images.length - 1;
  for (const [index, { image }] of result.images.entries()) {
    if (image.base64.length > maxEventBytes) {
      const message =
        'The picture is too large for one event. Ask without stream, or with output_format jpeg or webp.';
      yield writeErrorEvent(new PlantainError('answer_too_large', message, { param: 'stream' }));
      return;
    }
    const usage = index === last ? result.pricedUsage : noUsage;
    yield writeEvent(result.order, 'completed', image, nowMs, { usage: writeUsage(usage) });
  }
}

function writeEvent(
  order: ImageOrder,
  kind: 'partial_image' | 'completed',
  image: GeneratedImage,
  nowMs: number,
  extra: Readonly<Record<string, unknown>>,
): readonly Buffer[] {
  const type = `${order.operation === 'edit' ? 'image_edit' : 'image_generation'}.${kind}`;
  const rest = JSON.stringify({
    created_at: Math.floor(nowMs / 1000),
    ...imageFacts(order, image),
    ...extra,
  });
  return [
    Buffer.from(`event: ${type}\ndata: {"type":"${type}","b64_json":"`),
    ...image.base64.slices,
    Buffer.from(`",${rest.slice(1)}\n\n`),
  ];
}

/** Only a nested `error` object raises in every SDK (docs/contracts/clients.md#streams). */
function writeErrorEvent(error: PlantainError): readonly Buffer[] {
  return [Buffer.from(`event: error\ndata: ${JSON.stringify({ type: 'error', ...errorBody(error) })}\n\n`)];
}
