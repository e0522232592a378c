import type { Claiming, FirstClaim, Taken } from '../journey/claim.ts';
import type { ErrorFrame } from '../journey/dialect.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { Caller, ImageOrder } from '../journey/image-order.ts';
import type { ImageRequest } from '../journey/image-request.ts';
import type { OrderEvent } from '../journey/order-events.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { Clock } from '../kernel/clock.ts';
import { type PlantainError, toPlantainError } from '../kernel/plantain-error.ts';
import { type AnswerKeeper, replayHeaders } from './answer-keeper.ts';
import { ClaimEntry, type Ending, endingOf } from './claim-entry.ts';
import { answerIsGone, inProgress, keyReused, orderIsUnknown } from './claim-errors.ts';
import type { ClaimStore, NewClaim, OrderRecords } from './claim-store.ts';
import { digestRequest } from './digest-request.ts';
import { forgetClaims } from './forget-claims.ts';
import { isKept, type Outcome } from './is-kept.ts';
import { LateWrites } from './late-writes.ts';
import { readMarks, type RequestMarks } from './request-marks.ts';
import { type RetryIndex, retryWindowMs } from './retry-index.ts';
import { teeGroups } from './tee-groups.ts';
import { withinTime } from './within-time.ts';

export interface ClaimsOptions {
  readonly store: ClaimStore;
  readonly answers: AnswerKeeper;
  readonly retries: RetryIndex;
  readonly clock: Clock;
  /** How long an answer waits for whoever asks again. */
  readonly keepMs: number;
  /** How long links work that an answer may hold. */
  readonly linkLifetimeMs: number;
  readonly ledger: OrderRecords;
  /** An answer was kept, of so many bytes. */
  readonly onKept: (bytes: number) => void;
  /** An answer could not be kept. */
  readonly onTrouble: (orderId: string, cause: unknown) => void;
}

/** Sees to it that a request sent twice is one order: the second one takes the first one's answer. */
export class Claims {
  readonly #options: ClaimsOptions;
  /** Under way, by caller and key. */
  readonly #keyed = new Map<string, ClaimEntry>();
  /** What was settled of orders under way, by their id. */
  readonly #outcomes = new Map<string, Outcome | undefined>();
  readonly #ends = new LateWrites();

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** What a request claims; undefined where its client will not come back. Throws `invalid_value` for a bad key. */
  claiming(request: ImageRequest, caller: Caller): Claiming | undefined {
    const marks = readMarks(request);
    if (marks === undefined) return undefined;
    let fingerprint = '';
    const readBody = async () => {
      const body = await request.readBody();
      fingerprint = await digestRequest(request, body);
      return body;
    };
    return {
      request: { ...request, readBody },
      take: (order, scope) => this.#take(marks, newClaim(order, caller, marks, fingerprint), order, scope),
    };
  }

  /** To be told of all events: the settlements of claimed orders decide whether their answers are kept. */
  hear(event: OrderEvent): void {
    if (event.kind !== 'settled' || !this.#outcomes.has(event.settlement.order.id)) return;
    const { settlement, settled } = event;
    this.#outcomes.set(settlement.order.id, { error: settlement.error, costMicroUsd: settled.costMicroUsd });
  }

  async #take(marks: RequestMarks, claim: NewClaim, order: ImageOrder, scope: OrderScope): Promise<Taken> {
    for (;;) {
      const spent: string[] = [];
      const entry = marks.key === null ? this.#retried(marks, claim, spent) : this.#keyed.get(slotOf(claim));
      if (entry === undefined) {
        const taken = await this.#makeFirst(claim, order, scope, spent);
        if (taken !== undefined) return taken;
      } else {
        if (entry.claim.fingerprint !== claim.fingerprint) throw keyReused();
        const taken = await this.#join(entry, order, scope);
        if (taken !== undefined) return taken;
      }
    }
  }

  #retried({ retryCount }: RequestMarks, claim: NewClaim, spent: string[]): ClaimEntry | undefined {
    const { retries, clock } = this.#options;
    return retryCount === 0 ? undefined : retries.choose(claim, clock.nowMs(), (id) => spent.push(id));
  }

  /** Makes the claim, or finds in the book that it was made. Undefined: to be asked again. */
  async #makeFirst(
    claim: NewClaim,
    order: ImageOrder,
    scope: OrderScope,
    spent: readonly string[],
  ): Promise<Taken | undefined> {
    const { store, clock, retries } = this.#options;
    const entry = new ClaimEntry(claim);
    // Before anything is awaited: whoever comes meanwhile finds it.
    if (claim.idempotencyKey === null) retries.add(entry);
    else this.#keyed.set(slotOf(claim), entry);
    try {
      // A restart must not bring back the failure that this order follows.
      await store.remove(spent);
      while (!(await store.open(claim))) {
        const known = await store.find(claim.keyId, claim.idempotencyKey ?? '');
        if (known === 'open') throw inProgress();
        if (known !== undefined && known.expiresAtMs > clock.nowMs()) {
          await this.#drop(entry, { kind: 'void' });
          if (known.fingerprint !== claim.fingerprint) throw keyReused();
          return await this.#answerOf(endingOf(known), known.id);
        }
        if (known !== undefined) await forgetClaims(this.#options, [known]);
      }
      scope.signal.throwIfAborted();
    } catch (thrown) {
      await this.#drop(entry, { kind: 'void' });
      throw thrown;
    }
    return this.#first(entry, order, scope);
  }

  #first(entry: ClaimEntry, order: ImageOrder, scope: OrderScope): FirstClaim {
    const leave = entry.attend();
    scope.outliveClient(() => leave(false));
    scope.onEnd(() => leave(true));
    this.#outcomes.set(entry.claim.id, undefined);
    return { kind: 'first', keep: (made, frame) => this.#keep(entry, order, made, frame) };
  }

  async #keep(
    entry: ClaimEntry,
    order: ImageOrder,
    made: Promise<ImageAnswer>,
    frame: ErrorFrame,
  ): Promise<ImageAnswer> {
    let answer: ImageAnswer;
    try {
      answer = await made;
    } catch (thrown) {
      const error = toPlantainError(thrown);
      const { headers, status, reason, body } = frame(error);
      const pieces = body.kind === 'whole' ? body.pieces : [];
      await this.#finish(
        entry,
        order,
        { status, headers, ...(reason !== undefined && { reason }) },
        pieces,
        error,
      );
      throw thrown;
    }
    const { body } = answer;
    if (body.kind === 'whole')
      return { ...answer, body: { ...body, alsoRead: this.#finish(entry, order, answer, body.pieces) } };
    const { groups, copy } = teeGroups(body.groups);
    return { ...answer, body: { ...body, groups, alsoRead: this.#finish(entry, order, answer, copy) } };
  }

  /** Keeps an answer, or not, and tells those who wait for it. Never rejects. */
  async #finish(
    entry: ClaimEntry,
    order: ImageOrder,
    head: Pick<ImageAnswer, 'status' | 'reason' | 'headers'>,
    bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
    thrown?: PlantainError,
  ): Promise<void> {
    const { answers, onKept, onTrouble } = this.#options;
    const { id } = entry.claim;
    try {
      // Of a stream it is known at its end what it came to.
      const isLate = thrown === undefined && this.#outcomes.get(id) === undefined;
      const answer = isLate || this.#isKept(id, thrown) ? await answers.store(head, bytes) : undefined;
      const error = thrown ?? this.#outcomes.get(id)?.error;
      if (answer !== undefined && this.#isKept(id, thrown)) {
        await this.#endWith(entry, order, { kind: 'kept', answer });
        onKept(answer.sizeBytes);
      } else {
        if (answer !== undefined) await answers.remove(answer.blob);
        await this.#drop(entry, { kind: 'failed', error: error ?? toPlantainError(undefined) });
      }
    } catch (cause) {
      onTrouble(id, cause);
      await this.#endWith(entry, order, { kind: 'gone' }).catch((again: unknown) => onTrouble(id, again));
    } finally {
      this.#outcomes.delete(id);
    }
  }

  #isKept(id: string, thrown: PlantainError | undefined): boolean {
    const outcome = this.#outcomes.get(id);
    // Refused before an upstream was asked: it has no settlement, and has cost nothing.
    if (outcome === undefined) return false;
    return isKept({ ...outcome, error: thrown ?? outcome.error });
  }

  /** Writes an end into the book, and tells it. */
  async #endWith(
    entry: ClaimEntry,
    order: ImageOrder,
    ending: Ending & { kind: 'kept' | 'gone' },
  ): Promise<void> {
    const { store, clock, keepMs, linkLifetimeMs } = this.#options;
    const { id, idempotencyKey } = entry.claim;
    const endedAtMs = clock.nowMs();
    const longestMs = order.output.delivery === 'url' ? Math.min(keepMs, linkLifetimeMs) : keepMs;
    const waitsLong = idempotencyKey !== null || entry.isAbandoned;
    const expiresAtMs = endedAtMs + (waitsLong ? longestMs : Math.min(longestMs, retryWindowMs));
    const answer = ending.kind === 'kept' ? ending.answer : null;
    try {
      const end = { state: ending.kind, answer, endedAtMs, expiresAtMs };
      await this.#ends.run(id, () => store.end(id, end));
    } finally {
      this.#release(entry);
      entry.end(ending, endedAtMs, expiresAtMs);
    }
  }

  /** Takes a claim out of the book as if it had never been made. */
  async #drop(entry: ClaimEntry, ending: Ending & { kind: 'failed' | 'void' }): Promise<void> {
    const { store, clock, retries } = this.#options;
    const nowMs = clock.nowMs();
    const { id } = entry.claim;
    try {
      await this.#ends.run(id, () => store.remove([id]));
    } finally {
      this.#release(entry);
      if (ending.kind === 'void') retries.delete(entry);
      entry.end(ending, nowMs, nowMs + retryWindowMs);
    }
  }

  #release(entry: ClaimEntry): void {
    const slot = slotOf(entry.claim);
    if (this.#keyed.get(slot) === entry) this.#keyed.delete(slot);
  }

  /** Waits for an order that is under way, inside this request's own deadline. Undefined: to be asked again. */
  async #join(entry: ClaimEntry, order: ImageOrder, scope: OrderScope): Promise<Taken | undefined> {
    const leave = entry.attend();
    let hasAnswer = false;
    scope.onEnd(() => leave(hasAnswer && !scope.signal.aborted));
    const waitMs = Math.max(0, order.deadlineMs - scope.ageMs);
    const ending = await withinTime(entry.ending, waitMs, scope.signal, inProgress);
    const taken = await this.#answerOf(ending, entry.claim.id);
    hasAnswer = taken !== undefined;
    return taken;
  }

  async #answerOf(ending: Ending, orderId: string): Promise<Taken | undefined> {
    const { answers, ledger } = this.#options;
    if (ending.kind === 'void') return undefined;
    if (ending.kind === 'failed') throw ending.error.withHeaders(replayHeaders(orderId));
    if (ending.kind === 'unknown') throw orderIsUnknown(orderId, await ledger.find(orderId));
    const answer = ending.kind === 'kept' ? await answers.fetch(ending.answer, orderId) : undefined;
    if (answer === undefined) throw answerIsGone(orderId);
    return { kind: 'earlier', answer, orderId };
  }
}

function newClaim(order: ImageOrder, caller: Caller, { key }: RequestMarks, fingerprint: string): NewClaim {
  return {
    id: order.id,
    keyId: caller.keyId,
    idempotencyKey: key,
    fingerprint,
    createdAtMs: order.acceptedAtMs,
  };
}

function slotOf({ keyId, idempotencyKey }: NewClaim): string {
  return `${keyId} ${idempotencyKey ?? ''}`;
}
