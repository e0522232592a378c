import type { PlantainError } from '../kernel/plantain-error.ts';
import type { MicroUsd } from '../kernel/money.ts';
import type { ImageAnswer } from './image-answer.ts';
import type { Caller, ImageOrder } from './image-order.ts';
import type { ImageRequest } from './image-request.ts';
import type { GeneratedImage } from './image-result.ts';
import type { ImageResult } from './receipt.ts';
import type { ReadScope } from './reference-fetcher.ts';

/** An error as one kind of client understands it. */
export type ErrorFrame = (error: PlantainError) => ImageAnswer;

/** One way of asking for pictures over HTTP: how orders are read, and how results are written. */
export interface Dialect {
  /** The body, read once into the order that everything after works on. Throws catalogue errors that name `param`. */
  read(request: ImageRequest, caller: Caller, scope: ReadScope): Promise<ImageOrder>;
  /** A fulfilled order, from buffers. */
  writeResult(result: ImageResult): ImageAnswer;
  /** An order as events while it is fulfilled. */
  writeStream(order: ImageOrder, fulfil: (listener: StreamListener) => Promise<ImageResult>): ImageAnswer;
  /** An order as it was understood, undrawn, and the most it can cost. */
  writeDryRun(order: ImageOrder, highestCostMicroUsd: MicroUsd): ImageAnswer;
  readonly writeError: ErrorFrame;
}

/** Hears of an order's progress while it streams. Without `onDraft`, nobody wants drafts. */
export interface StreamListener {
  readonly onDraft?: (draft: GeneratedImage, index: number) => void;
}
