import { type ErrorCode, type ErrorEntry, errorCatalogue } from '../../src/kernel/error-catalogue.ts';

export type Step = ErrorEntry['step'];

/** A stop of the journey as the pages tell it, in the order of src/journey/make-images.ts. */
export interface JourneyStop {
  readonly room: string;
  readonly verb: string;
  readonly does: string;
  /** The catalogue's `step` whose errors are raised here; absent where nothing new can go wrong. */
  readonly step?: Step;
}

export const journeyStops: readonly JourneyStop[] = [
  {
    room: 'server/',
    verb: 'receive',
    does: 'request id, limits on bytes and time, client-gone signal',
    step: 'receive',
  },
  { room: 'access/', verb: 'authenticate', does: 'sk- key → caller', step: 'authenticate' },
  {
    room: 'openai/',
    verb: 'read',
    does: 'body → ImageOrder, once; what had to be bent is noted on it',
    step: 'read',
  },
  {
    room: 'idempotency/',
    verb: 'claim',
    does: 'only if it may come twice: first, join the one in flight, or replay',
    step: 'claim',
  },
  {
    room: 'admission/ usage/',
    verb: 'admit',
    does: 'room in flight and in memory; the highest price reserved in a ledger row',
    step: 'admit',
  },
  { room: 'pixels/', verb: 'prepare', does: 'a mask: decoded and checked once, and drawn as guidance for the model' },
  {
    room: 'routing/',
    verb: 'draw',
    does: 'n pictures in parallel; which upstream, how often, how long',
    step: 'route',
  },
  {
    room: 'upstreams/',
    verb: 'ask',
    does: 'order → request; answer bytes → picture, refusal or failure',
    step: 'ask',
  },
  {
    room: 'pixels/',
    verb: 'finish',
    does: 'only if asked: lay in the mask, convert, fit',
    step: 'finish',
  },
  { room: 'gallery/', verb: 'keep', does: 'only if asked: store, and sign a link', step: 'keep' },
  { room: 'usage/', verb: 'settle', does: 'price what was counted, complete the ledger row' },
  { room: 'openai/', verb: 'write', does: 'JSON or events, from the buffers the upstream sent' },
];

/** The errors of a step, by status. */
export function errorsOf(step: Step): readonly (readonly [ErrorCode, ErrorEntry])[] {
  return (Object.entries(errorCatalogue) as [ErrorCode, ErrorEntry][])
    .filter(([, entry]) => entry.step === step)
    .toSorted(([, left], [, right]) => left.status - right.status);
}
