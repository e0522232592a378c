import type { PlantainError } from '../kernel/plantain-error.ts';
import type { ClaimEnd, EndedClaim, KeptAnswer, NewClaim } from './claim-store.ts';

/** How a claimed order ended, as those hear who waited for it. */
export type Ending =
  | { readonly kind: 'kept'; readonly answer: KeptAnswer }
  /** It cost nothing, or is nobody's to be held to: it may be made again. */
  | { readonly kind: 'failed'; readonly error: PlantainError }
  | { readonly kind: 'gone' | 'unknown' }
  /** It was no order at all: whoever waited has to ask again. */
  | { readonly kind: 'void' };

/** A claim as this process knows it: its order, who is there for its answer, and how it ended. */
export class ClaimEntry {
  readonly claim: NewClaim;
  readonly ending: Promise<Ending>;
  #resolve: (ending: Ending) => void = () => undefined;
  #state: 'live' | Ending['kind'] = 'live';
  #attendants = 0;
  #isDelivered = false;
  #answerStatus = 0;
  /** Of an ended one; Infinity before. */
  endedAtMs = Number.POSITIVE_INFINITY;
  expiresAtMs = Number.POSITIVE_INFINITY;

  constructor(claim: NewClaim) {
    this.claim = claim;
    this.ending = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** One from the book. */
  static of(ended: EndedClaim, isDelivered: boolean): ClaimEntry {
    const entry = new ClaimEntry(ended);
    entry.#isDelivered = isDelivered;
    entry.end(endingOf(ended), ended.endedAtMs, ended.expiresAtMs);
    return entry;
  }

  get state(): 'live' | Ending['kind'] {
    return this.#state;
  }

  /** Nobody is there for the answer, and nobody has had it. */
  get isAbandoned(): boolean {
    return this.#attendants === 0 && !this.#isDelivered;
  }

  get isDelivered(): boolean {
    return this.#isDelivered;
  }

  /** Whether it ended in pictures. */
  get hasSucceeded(): boolean {
    return this.#state === 'kept' && this.#answerStatus < 400;
  }

  /** A client is there for the answer. Answers what to call, once, when it is not any more. */
  attend(): (hasAnswer: boolean) => void {
    this.#attendants++;
    let isThere = true;
    return (hasAnswer) => {
      if (!isThere) return;
      isThere = false;
      this.#attendants--;
      if (hasAnswer) this.#isDelivered = true;
    };
  }

  /** Its answer had to make room. */
  forgetAnswer(): void {
    if (this.#state === 'kept') this.#state = 'gone';
  }

  end(ending: Ending, endedAtMs: number, expiresAtMs: number): void {
    this.#state = ending.kind;
    this.#answerStatus = ending.kind === 'kept' ? ending.answer.status : 0;
    this.endedAtMs = endedAtMs;
    this.expiresAtMs = expiresAtMs;
    this.#resolve(ending);
  }
}

/** What the book says of an ended claim. */
export function endingOf({ state, answer }: Pick<EndedClaim, 'state' | 'answer'>): Ending {
  if (state !== 'kept') return { kind: state satisfies ClaimEnd };
  return answer === null ? { kind: 'gone' } : { kind: 'kept', answer };
}
