import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { OrderEvent } from '../../journey/order-events.ts';
import type { TracedRequest } from '../../journey/request-trace.ts';
import { withoutKeys } from '../without-secrets.ts';
import { OrderTrace, type UpstreamFacts } from './order-trace.ts';

export interface OrderTracerOptions {
  readonly tracer: Tracer;
  /** Go on with the trace that any caller names. */
  readonly trustCallers: boolean;
  /** Name the trace to upstreams. */
  readonly propagate: boolean;
  readonly clientAddress: boolean;
  readonly factsOf: (upstream: string) => UpstreamFacts | undefined;
}

interface Active {
  readonly order: OrderTrace;
  /** What is under way: the request, or a call of it. */
  readonly span: Span;
}

const maxTracestateCharacters = 512;

/** The traces' part of what happens to requests and orders. What belongs to which is told by the flow of the program. */
export class OrderTracer {
  readonly #options: OrderTracerOptions;
  readonly #active = new AsyncLocalStorage<Active>();
  readonly #propagator = new W3CTraceContextPropagator();

  constructor(options: OrderTracerOptions) {
    this.#options = options;
  }

  /** Begins the trace of a request; `run` does all that belongs to it. */
  begin(request: TracedRequest) {
    const { parent, caller } = this.#origin(request);
    return this.#begun(`${request.method} ${request.route}`, SpanKind.SERVER, {
      parent,
      links: caller === undefined ? [] : [{ context: caller, attributes: { 'plantain.link': 'caller' } }],
      attributes: {
        'http.request.method': request.method,
        'http.route': request.route,
        'url.scheme': request.scheme,
        'url.path': withoutKeys(request.path),
        'network.protocol.version': request.httpVersion,
        'plantain.order.id': request.id,
        ...(request.userAgent !== undefined && { 'user_agent.original': withoutKeys(request.userAgent) }),
        ...(this.#options.clientAddress && { 'client.address': request.clientAddress }),
      },
    });
  }

  /** The same of an order of this process itself. */
  beginLocal(id: string) {
    const attributes = { 'plantain.order.id': id };
    return this.#begun('local order', SpanKind.INTERNAL, { parent: ROOT_CONTEXT, links: [], attributes });
  }

  #begun(name: string, kind: SpanKind, origin: ConstructorParameters<typeof OrderTrace>[3]) {
    const { tracer, factsOf } = this.#options;
    const order = new OrderTrace(tracer, name, kind, origin, factsOf);
    return {
      run: <Result>(work: () => Result): Result => this.#active.run({ order, span: order.span }, work),
      end: (status?: number) => order.end(status),
    };
  }

  hear(event: OrderEvent): void {
    const active = this.#active.getStore();
    if (active === undefined || !active.order.span.isRecording()) return;
    const { order } = active;
    if (event.kind !== 'call-started') {
      order.hear(event);
      if (event.kind === 'call-ended' && active.span !== order.span)
        this.#active.enterWith({ order, span: order.span });
      return;
    }
    // Each picture is drawn in a flow of its own, which goes on from here.
    if (this.#options.propagate) {
      const span = order.startCall(event.index, event.upstream, event.model, event.order.stream);
      this.#active.enterWith({ order, span });
    }
  }

  onStep(
    name: string,
    durationMs: number,
    error?: unknown,
    attributes?: Parameters<OrderTrace['step']>[3],
  ): void {
    const order = this.#active.getStore()?.order;
    if (order?.span.isRecording() === true) order.step(name, durationMs, error, attributes);
  }

  /** What a line of the log says of the trace it belongs to. */
  logFields(): { readonly trace_id?: string; readonly span_id?: string } {
    const context = this.#active.getStore()?.span.spanContext();
    return context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId };
  }

  /** Headers for a call that is under way, where upstreams are told of traces. */
  outgoingHeaders(): Readonly<Record<string, string>> {
    const active = this.#active.getStore();
    if (!this.#options.propagate || active === undefined) return {};
    const headers: Record<string, string> = {};
    this.#propagator.inject(trace.setSpan(ROOT_CONTEXT, active.span), headers, {
      set: (carrier: Record<string, string>, name, value) => void (carrier[name] = value),
    });
    return headers;
  }

  /** The context that a request goes on with, or whose trace it is only linked to: nobody may force us to keep his. */
  #origin({ traceparent, tracestate, isFromProxy }: TracedRequest) {
    if (traceparent === undefined) return { parent: ROOT_CONTEXT, caller: undefined };
    const isShort = (tracestate?.length ?? 0) <= maxTracestateCharacters;
    const carrier = { traceparent, ...(isShort && tracestate !== undefined && { tracestate }) };
    const told: Context = this.#propagator.extract(ROOT_CONTEXT, carrier, {
      get: (from: Record<string, string>, name) => from[name],
      keys: (from: Record<string, string>) => Object.keys(from),
    });
    const caller = trace.getSpanContext(told);
    if (caller === undefined || !isSpanContextValid(caller))
      return { parent: ROOT_CONTEXT, caller: undefined };
    const isHeeded = isFromProxy || this.#options.trustCallers;
    return isHeeded ? { parent: told, caller: undefined } : { parent: ROOT_CONTEXT, caller };
  }
}
