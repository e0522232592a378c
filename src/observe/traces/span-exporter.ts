import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { IExportTraceServiceResponse, ISerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { sleep } from '../../kernel/sleep.ts';
import { asError } from '../../kernel/as-error.ts';

/** What a collector answered. */
export interface CollectorAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

/** Posts one batch to the collector. Rejects when no answer came, and when the signal says so. */
export type PostSpans = (
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<CollectorAnswer>;

/** What became of spans that were handed on: each is counted once. */
export interface SpanCounts {
  /** The collector took them. */
  sent: number;
  /** It took their batch, and said that it did not keep them. */
  rejected: number;
  /** They could not be sent in time. */
  failed: number;
  /** There was no room to wait in. */
  dropped: number;
}

export interface SpanExporterOptions {
  readonly post: PostSpans;
  readonly serializer: ISerializer<ReadableSpan[], IExportTraceServiceResponse>;
  readonly contentType: string;
  readonly compression: 'none' | 'gzip';
  /** For a batch, with all its tries. */
  readonly timeoutMs: number;
  readonly counts: SpanCounts;
  /** Hears of a batch that is lost. */
  readonly onLost: (cause: string, spans: number) => void;
}

/** Statuses after which the same batch may be sent again (OTLP 1.0). */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const firstPauseMs = 1000;
const maxPauseMs = 5000;
const compress = promisify(gzip);

/**
 * Sends batches of spans to a collector. Whatever that does, or does not do, ends within the time-out; what is lost by it is
 * counted, and no order hears of it.
 */
export class CollectorExporter implements SpanExporter {
  readonly #options: SpanExporterOptions;
  readonly #underWay = new Set<Promise<void>>();
  /** Aborted when the server stops: what waits to be sent again is sent at once, for the last time. */
  readonly #stopping = new AbortController();
  readonly #end = new AbortController();

  constructor(options: SpanExporterOptions) {
    this.#options = options;
  }

  export(spans: ReadableSpan[], onDone: (result: ExportResult) => void): void {
    const { counts, onLost } = this.#options;
    const sending = this.#send(spans).then(
      (rejected) => {
        counts.sent += spans.length - rejected;
        counts.rejected += rejected;
        if (rejected > 0) onLost('the collector did not keep all of a batch', rejected);
      },
      (thrown: unknown) => {
        counts.failed += spans.length;
        onLost(thrown instanceof Error ? thrown.message : String(thrown), spans.length);
      },
    );
    this.#underWay.add(sending);
    void sending.finally(() => {
      this.#underWay.delete(sending);
      // To the batcher every end is a good one: nobody but the counts cares.
      onDone({ code: ExportResultCode.SUCCESS });
    });
  }

  /** Sends no batch again from now on. */
  hurry(): void {
    this.#stopping.abort();
  }

  /** Breaks off what is being sent. */
  giveUp(): void {
    this.#end.abort(new Error('the server stopped before the collector answered'));
  }

  async shutdown(): Promise<void> {
    this.hurry();
    await Promise.all(this.#underWay);
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** How many of them the collector did not keep. Rejects when it took none. */
  async #send(spans: ReadableSpan[]): Promise<number> {
    const { post, serializer, contentType, compression, timeoutMs } = this.#options;
    const untilMs = performance.now() + timeoutMs;
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#end.signal]);
    const plain = serializer.serializeRequest(spans);
    if (plain === undefined) return 0;
    const body = compression === 'gzip' ? await compress(plain) : plain;
    const headers = {
      'content-type': contentType,
      ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
    };
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
      const isLast = this.#stopping.signal.aborted;
      const answer = await post(body, headers, signal).catch((thrown: unknown) => asError(thrown));
      if (!(answer instanceof Error) && answer.status < 300) return rejectedIn(serializer, answer.body);
      const trouble =
        answer instanceof Error ? answer : new Error(`the collector answered ${String(answer.status)}`);
      if (!(answer instanceof Error) && !retryable.has(answer.status)) throw trouble;
      const told = answer instanceof Error ? undefined : retryAfterMs(answer.retryAfter);
      const waitMs = told ?? pauseMs * (0.8 + Math.random() * 0.4);
      if (isLast || signal.aborted || performance.now() + waitMs >= untilMs) throw trouble;
      await sleep(waitMs, this.#stopping.signal).catch(() => undefined);
    }
  }
}

/** An answer that cannot be read says nothing against the batch. */
function rejectedIn(serializer: SpanExporterOptions['serializer'], body: Buffer): number {
  if (body.length === 0) return 0;
  try {
    // In JSON it is text, as all whole numbers of 64 bits are.
    const told: unknown = serializer.deserializeResponse(body).partialSuccess?.rejectedSpans;
    const rejected = Number(told ?? 0);
    return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
  } catch {
    return 0;
  }
}

/** Seconds, or a date. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d{1,6}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
