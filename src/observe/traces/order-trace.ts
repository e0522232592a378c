import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { Call } from '../../journey/call.ts';
import type { CatalogueModel } from '../../journey/catalogue-model.ts';
import type { Drawing } from '../../journey/drawing.ts';
import type { OrderEvent } from '../../journey/order-events.ts';
import type { Settlement } from '../../journey/receipt.ts';
import type { PlantainError } from '../../kernel/plantain-error.ts';
import { hrTime, traceClock } from './trace-clock.ts';

/** Steps that took no longer than this are events of the request's span: a span for each would be noise. */
const spanFromMs = 1;

/** Where an upstream is, and what it speaks, as OpenTelemetry's conventions for generative AI name it. */
export interface UpstreamFacts {
  readonly provider: string;
  /** Absent where it is inside this process. */
  readonly address?: string;
  readonly port?: number;
}

/** One picture of an order. */
interface PictureTrace {
  readonly span: Span;
  readonly context: Context;
  /** When the last call ended, or the drawing began: from then on the next one waits. */
  readyAtMs: number;
  attempts: number;
  /** The call under way, where upstreams are told of it. */
  open: Span | undefined;
  last: Span | undefined;
}

/** One traced request and the order it became: spans under its own, told by events as they come. */
export class OrderTrace {
  readonly span: Span;
  readonly #tracer: Tracer;
  readonly #context: Context;
  readonly #clock = traceClock();
  readonly #factsOf: (upstream: string) => UpstreamFacts | undefined;
  readonly #pictures = new Map<number, PictureTrace>();
  /** When the step before the drawing ended. */
  #drawsFromMs = 0;
  #drawnAtMs: number | undefined;
  #isOpen = false;
  #endedAtMs: number | undefined;
  #errorType: string | undefined;

  constructor(
    tracer: Tracer,
    name: string,
    kind: SpanKind,
    {
      parent,
      links,
      attributes,
    }: { parent: Context; links: Parameters<Span['addLink']>[0][]; attributes: Attributes },
    factsOf: (upstream: string) => UpstreamFacts | undefined,
  ) {
    this.#tracer = tracer;
    this.#factsOf = factsOf;
    const startTime = hrTime(this.#clock.nowMs());
    this.span = tracer.startSpan(name, { kind, startTime, attributes, links }, parent);
    this.#context = trace.setSpan(parent, this.span);
  }

  /** A step that has ended: a span of its own if it took long or failed, else an event. */
  step(name: string, durationMs: number, error?: unknown, attributes: Attributes = {}): void {
    const endMs = this.#clock.nowMs();
    if (name === 'draw') {
      this.#drawnAtMs = endMs;
      return;
    }
    this.#drawsFromMs = endMs;
    const startTime = hrTime(endMs - durationMs);
    if (durationMs <= spanFromMs && error === undefined) {
      this.span.addEvent(name, { ...attributes, 'plantain.duration_ms': durationMs }, startTime);
      return;
    }
    const span = this.#tracer.startSpan(name, { startTime, attributes }, this.#context);
    if (error !== undefined) markFailed(span, error);
    span.end(hrTime(endMs));
  }

  hear(event: OrderEvent): void {
    if (event.kind === 'admitted') {
      this.#isOpen = true;
      this.#drawsFromMs = this.#clock.nowMs();
    } else if (event.kind === 'call-ended') {
      this.#endCall(event.index, event.call, event.order.stream);
    } else if (event.kind === 'settled') {
      const { settlement, settled } = event;
      for (const [index, drawing] of settlement.drawings.entries()) this.#endPicture(index, drawing);
      this.#describe(settlement, settled.costMicroUsd);
      this.#close(settlement.error);
    } else if (event.kind === 'unsettled') {
      for (const [index, drawing] of event.settlement.drawings.entries()) this.#endPicture(index, drawing);
      this.#close(event.settlement.error);
    } else if (event.kind === 'refused') {
      if (event.caller !== undefined) this.span.setAttribute('plantain.key.id', event.caller.keyId);
      this.#close(event.error);
    } else if (event.kind === 'replayed') {
      this.span.setAttributes({
        'plantain.key.id': event.caller.keyId,
        'plantain.order.replayed': event.orderId,
      });
    }
  }

  /** Begins the span of a call when the call begins, so that it can be told to the upstream. */
  startCall(index: number, upstream: string, model: CatalogueModel, isStream: boolean): Span {
    const picture = this.#picture(index);
    picture.open = this.#startCall(picture, upstream, model, isStream, this.#clock.nowMs());
    return picture.open;
  }

  /** The answer is out, or nobody takes it any more. An order that is still under way ends the span later. */
  end(status?: number): void {
    if (status !== undefined) this.span.setAttribute('http.response.status_code', status);
    if (status !== undefined && status >= 500) {
      this.span.setStatus({ code: SpanStatusCode.ERROR });
      this.#errorType ??= String(status);
    }
    if (this.#errorType !== undefined) this.span.setAttribute('error.type', this.#errorType);
    this.#endedAtMs = this.#clock.nowMs();
    if (!this.#isOpen) this.span.end(hrTime(this.#endedAtMs));
  }

  #close(error: PlantainError | undefined): void {
    this.#isOpen = false;
    // A caller that leaves is not a fault of anything.
    if (error !== undefined && error.code !== 'client_closed') this.#errorType = error.code;
    if (this.#endedAtMs === undefined) return;
    if (this.#errorType !== undefined) this.span.setAttribute('error.type', this.#errorType);
    this.span.end(hrTime(this.#endedAtMs));
  }

  #describe({ order, imagesDelivered }: Settlement, costMicroUsd: number): void {
    this.span.setAttributes({
      'gen_ai.request.model': order.model.id,
      'plantain.operation': order.operation,
      'plantain.key.id': order.caller.keyId,
      'plantain.images.requested': order.count,
      'plantain.images.delivered': imagesDelivered,
      'plantain.cost.micro_usd': costMicroUsd,
    });
  }

  #picture(index: number): PictureTrace {
    const known = this.#pictures.get(index);
    if (known !== undefined) return known;
    const startMs = this.#drawsFromMs;
    const span = this.#tracer.startSpan(
      'draw',
      { startTime: hrTime(startMs), attributes: { 'plantain.image.index': index } },
      this.#context,
    );
    const context = trace.setSpan(this.#context, span);
    const picture = { span, context, readyAtMs: startMs, attempts: 0, open: undefined, last: undefined };
    this.#pictures.set(index, picture);
    return picture;
  }

  #endPicture(index: number, { calls, result }: Drawing): void {
    const { span, readyAtMs, open } = this.#picture(index);
    const now = this.#clock.nowMs();
    open?.end(hrTime(now));
    span.setAttribute('plantain.attempts', calls.length);
    if ('error' in result) markFailed(span, result.error);
    const endMs = 'image' in result ? readyAtMs : (this.#drawnAtMs ?? now);
    span.end(hrTime(Math.max(endMs, readyAtMs)));
  }

  #startCall(
    picture: PictureTrace,
    upstream: string,
    model: CatalogueModel,
    isStream: boolean,
    startMs: number,
  ): Span {
    const { provider, address, port } = this.#factsOf(upstream) ?? {};
    const attempt = ++picture.attempts;
    const { last } = picture;
    return this.#tracer.startSpan(
      `generate_content ${model.id}`,
      {
        kind: SpanKind.CLIENT,
        startTime: hrTime(startMs),
        ...(last && {
          links: [{ context: last.spanContext(), attributes: { 'plantain.link': 'attempt_before' } }],
        }),
        attributes: {
          'gen_ai.operation.name': 'generate_content',
          'gen_ai.output.type': 'image',
          'gen_ai.request.model': model.id,
          'gen_ai.request.stream': isStream,
          'plantain.upstream': upstream,
          'plantain.attempt': attempt,
          'plantain.wait_ms': Math.max(0, Math.round(startMs - picture.readyAtMs)),
          ...(provider !== undefined && { 'gen_ai.provider.name': provider }),
          ...(address !== undefined &&
            port !== undefined && { 'server.address': address, 'server.port': port }),
          ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
        },
      },
      picture.context,
    );
  }

  #endCall(index: number, call: Call, isStream: boolean): void {
    const picture = this.#picture(index);
    const span =
      picture.open ?? this.#startCall(picture, call.upstream, call.model, isStream, call.startedAtMs);
    const { httpStatus, usage, fault } = call;
    span.setAttributes({
      'plantain.verdict': call.verdict,
      'plantain.phase': call.phase,
      ...(fault !== undefined && { 'plantain.fault': fault }),
      ...(httpStatus !== undefined && { 'http.response.status_code': httpStatus }),
      ...(usage !== 'not counted' && {
        'gen_ai.usage.input_tokens': usage.inputTokens,
        'gen_ai.usage.output_tokens': usage.outputTokens,
        'gen_ai.usage.text.input_tokens': usage.inputTextTokens,
        'gen_ai.usage.image.input_tokens': usage.inputImageTokens,
        'gen_ai.usage.image.output_tokens': usage.outputImageTokens,
      }),
    });
    if (call.error !== undefined) span.setAttribute('error.type', call.error.code);
    if (call.verdict === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
    picture.readyAtMs = picture.open === undefined ? call.endedAtMs : this.#clock.nowMs();
    span.end(hrTime(picture.readyAtMs));
    picture.open = undefined;
    picture.last = span;
  }
}

/** Of an error only the code: its words may be an upstream's, and those the prompt's. What the caller can cure is no failure. */
function markFailed(span: Span, error: unknown): void {
  const { code, entry } = error as Partial<PlantainError>;
  span.setAttribute('error.type', code ?? 'internal_error');
  if (code === 'client_closed' || (entry !== undefined && entry.status < 500)) return;
  span.setStatus({ code: SpanStatusCode.ERROR });
}
