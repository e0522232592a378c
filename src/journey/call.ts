import type { PlantainError } from '../kernel/plantain-error.ts';
import type { CatalogueModel } from './catalogue-model.ts';
import type { ServedTerms } from './call-bound.ts';
import type { TokenUsage } from './image-result.ts';

/**
 * What a call came to.
 * - `picture`: one to deliver.
 * - `refused`: the upstream's safety system declined the prompt or the picture.
 * - `words`: an answer without a picture.
 * - `continued`: the answer asks to be asked again, with its token.
 * - `failed`: none of these.
 */
const callVerdicts = ['picture', 'refused', 'words', 'continued', 'failed'] as const;
export type CallVerdict = (typeof callVerdicts)[number];

/**
 * How far a call came.
 * - `unsent`: nothing of it reached the upstream.
 * - `refused`: the upstream declined it, by a status or an error of the 400s.
 * - `failed`: the upstream said that it failed itself, by one of the 500s.
 * - `unanswered`: it was sent, and no answer began.
 * - `broken_off`: an answer began and did not come to its end.
 * - `answered`: an answer is here.
 */
export const callPhases = ['unsent', 'refused', 'failed', 'unanswered', 'broken_off', 'answered'] as const;
export type CallPhase = (typeof callPhases)[number];

/**
 * Whose fault it is that a call brought nothing: the caller's, the upstream's or our own; or what was lacking of
 * credentials, credit, quota, capacity, or of the right place: an address where the upstream is, one from where it serves.
 */
export const callFaults = [
  'caller',
  'credential',
  'credit',
  'quota',
  'capacity',
  'place',
  'upstream',
  'ours',
] as const;
export type CallFault = (typeof callFaults)[number];

/** A quota that is used up, as far as the upstream told. Quotas belong to a project or an account, not to a key. */
export interface Quota {
  /**
   * - `stated`: of a short time, with a delay after which to come back.
   * - `day`: the day's.
   * - `spending`: of money within minutes, whatever the model.
   * - `unstated`: nothing told but that there is none.
   */
  readonly kind: 'stated' | 'day' | 'spending' | 'unstated';
  /** Requests it allows, where that was told. */
  readonly perMinute?: number;
  readonly perDay?: number;
}

/** The evidence of one upstream call. What it means for what is asked next is for `routing/` to say. */
export interface Call {
  /** The upstream's name. */
  readonly upstream: string;
  readonly model: CatalogueModel;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly verdict: CallVerdict;
  readonly phase: CallPhase;
  /** Undefined when it is nobody's. */
  readonly fault: CallFault | undefined;
  /** Until when the upstream asks to be left alone. */
  readonly untilMs?: number | undefined;
  /** With the fault `quota`: what is known of the quota. */
  readonly quota?: Quota | undefined;
  /** Whom a fault concerns: `model` this model at this upstream alone; absent the whole upstream, or nobody can tell. */
  readonly reach?: 'model' | undefined;
  /** Of the answer's head, if one came. */
  readonly httpStatus?: number | undefined;
  /** What the caller is told, if nothing better comes. Of every verdict but `picture` and `continued`. */
  readonly error?: PlantainError | undefined;
  /** Pictures in the answer, drafts included, readable or not. */
  readonly picturesSeen: number;
  /** What the upstream counted. */
  readonly usage: TokenUsage | 'not counted';
  /** A count it told that cannot be. */
  readonly oddCount?: string | undefined;
  /** What else it is charged by; absent where nothing was told. */
  readonly served?: ServedTerms | undefined;
}

/** Whether an upstream may charge for a call: it began an answer, or may be drawing one that we will not hear of. */
export function mayCost({ httpStatus, phase }: Call): boolean {
  return (httpStatus !== undefined && httpStatus < 300) || phase === 'unanswered';
}

/**
 * Calls that a picture may take beyond its tries, because an answer asks to be continued. Such a call brings no
 * picture, but it reads the prompt again and thinks.
 */
export const maxContinuations = 3;
