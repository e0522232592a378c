import { formatSize } from '../journey/catalogue-model.ts';
import type { Adaptation, ImageOrder } from '../journey/image-order.ts';
import { cleanText } from '../kernel/foreign-text.ts';
import { callsOf, type Drawing, lastUpstream } from '../journey/drawing.ts';
import type { AcceptedRequest, OrderEvent } from '../journey/order-events.ts';
import type { ErrorCode } from '../kernel/error-catalogue.ts';

type SettledEvent = Omit<Extract<OrderEvent, { kind: 'settled' }>, 'kind'>;
type UnsettledEvent = Omit<Extract<OrderEvent, { kind: 'unsettled' }>, 'kind'>;

/** An order's one line in the log: what was asked and what became of it, without the prompt. */
export function orderLog({ request, settlement, settled, durationMs }: SettledEvent) {
  const { order, drawings, error } = settlement;
  const first = drawings.find((drawing) => 'image' in drawing.result)?.result;
  return {
    event: 'order',
    ...whoseOrder(request, order),
    ...(order.requestedModel !== order.model.id && { requestedModel: cut(order.requestedModel) }),
    imagesDelivered: settlement.imagesDelivered,
    imagesRequested: order.count,
    ...(first !== undefined &&
      'image' in first &&
      first.image.size !== undefined && { size: formatSize(first.image.size) }),
    promptCharacters: order.prompt.length,
    ...(order.references.length > 0 && { references: order.references.length }),
    upstream: lastUpstream(drawings) ?? null,
    attempts: callsOf(drawings).length,
    bytesOut: settlement.bytesOut,
    costMicroUsd: settled.costMicroUsd,
    ...(settled.chargedMicroUsd !== undefined && { chargedMicroUsd: settled.chargedMicroUsd }),
    durationMs,
    ...(order.adaptations.length > 0 && { adapted: namesOf(order.adaptations) }),
    ...(error !== undefined && {
      error: error.code,
      docs_url: docsUrl(error.code),
      ...withoutPrompt(causeOf(error), order.prompt),
    }),
    ...ownFaultOf(drawings),
  };
}

/** The same of one that could not be settled: what it cost is not known, and the fault is Plantain's own. */
export function unsettledLog({ request, settlement, durationMs }: UnsettledEvent) {
  const { order, drawings, error } = settlement;
  return {
    event: 'unsettled',
    ...whoseOrder(request, order),
    upstream: lastUpstream(drawings) ?? null,
    attempts: callsOf(drawings).length,
    durationMs,
    error: error.code,
    docs_url: docsUrl(error.code),
    ...withoutPrompt(causeOf(error), order.prompt),
    fault: stackOf(error),
  };
}

function whoseOrder({ clientAddress }: AcceptedRequest, { id, caller, operation, model }: ImageOrder) {
  return {
    order: id,
    key: caller.keyId,
    keyName: caller.keyName,
    // An order of this process itself came from nowhere.
    ...(clientAddress !== '' && { client: clientAddress }),
    operation,
    model: model.id,
  };
}

/** Of the fields that were bent, some: their number and their names are the caller's. */
function namesOf(adaptations: readonly Adaptation[]): string[] {
  const names = adaptations.slice(0, maxNames).map(({ parameter }) => cut(parameter));
  const left = adaptations.length - names.length;
  return left === 0 ? names : [...names, `and ${String(left)} more`];
}

const maxNames = 20;
const maxNameCharacters = 64;

function cut(name: string): string {
  return name.length <= maxNameCharacters ? name : `${name.slice(0, maxNameCharacters)}…`;
}

/** Where a fault of Plantain's own came from, which ended one of the drawings, whatever became of the others. */
function ownFaultOf(drawings: readonly Drawing[]): { fault?: string } {
  const fault = drawings
    .map(({ result }) => ('error' in result ? result.error : undefined))
    .find((error) => error?.code === 'internal_error');
  const stack = fault && stackOf(fault);
  return stack === undefined ? {} : { fault: stack };
}

/** What happened underneath, for operators; bounded, one line. */
export function causeOf(error: Error): { cause?: string } {
  const { cause } = error;
  if (!(cause instanceof Error) && typeof cause !== 'string') return {};
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : cause;
  return { cause: text.replaceAll(/\s+/g, ' ').slice(0, 500) };
}

/** An upstream may quote the prompt in its error; from there on its words stay out of the log. */
function withoutPrompt({ cause }: { cause?: string }, prompt: string): { cause?: string } {
  if (cause === undefined) return {};
  // As it was sent, and as an upstream's text is cleaned.
  const spellings = [prompt.slice(0, 200).replaceAll(/\s+/g, ' ').trim(), cleanText(prompt)];
  const quotedAt = spellings
    .map((spelling) => spelling.slice(0, quoteCharacters))
    .filter((beginning) => beginning.length >= quoteCharacters / 2)
    .map((beginning) => cause.indexOf(beginning))
    .filter((at) => at !== -1);
  return { cause: quotedAt.length === 0 ? cause : `${cause.slice(0, Math.min(...quotedAt))}[prompt]` };
}

/** As much of a prompt as no other text is likely to hold; a prompt of less than half of it tells nothing. */
const quoteCharacters = 20;

/** Where a fault of Plantain's own came from. For the log alone. */
export function stackOf({ cause, stack }: Error): string | undefined {
  return (cause instanceof Error ? cause.stack : stack)?.slice(0, 4000);
}

/** Where an error is explained: its place on the page of errors, in the repository and in the installed package. */
export function docsUrl(code: ErrorCode): string {
  return `docs/errors.md#${code}`;
}
