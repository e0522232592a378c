/** One who waits for a turn. */
export interface Waiter<Turn> {
  /** A turn if there is one now, else undefined and when to look again. */
  readonly attempt: () => { readonly turn?: Turn; readonly againAtMs: number };
  /** What it is told when it has waited as long as it may. */
  readonly giveUp: () => Error;
  readonly latestMs: number;
  /** Who waits for the same is behind. */
  readonly kind: string;
}

interface Place<Turn> extends Waiter<Turn> {
  readonly resolve: (turn: Turn) => void;
  readonly reject: (reason: Error) => void;
}

/** Runs something at a time; what it returns calls it off. */
export type Schedule = (atMs: number, run: () => void) => () => void;

/** So many of one kind are looked at in vain before the rest of that kind is left for the next time. */
const lookedAt = 16;

/** Orders that wait for a turn, first come, first served. */
export class WaitingLine<Turn> {
  #places: Place<Turn>[] = [];
  #cancelTimer: () => void = () => undefined;
  readonly #nowMs: () => number;
  readonly #schedule: Schedule;

  constructor(nowMs: () => number, schedule: Schedule) {
    this.#nowMs = nowMs;
    this.#schedule = schedule;
  }

  get length(): number {
    return this.#places.length;
  }

  hasKind(kind: string): boolean {
    return this.#places.some((place) => place.kind === kind);
  }

  /** Resolves with a turn; rejects when it has waited too long, and with the signal's reason. */
  wait(waiter: Waiter<Turn>, signal: AbortSignal): Promise<Turn> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#places = this.#places.filter((other) => other !== place);
        place.reject(signal.reason as Error);
      };
      const place: Place<Turn> = {
        ...waiter,
        resolve: (turn) => {
          signal.removeEventListener('abort', leave);
          resolve(turn);
        },
        reject: (reason) => {
          signal.removeEventListener('abort', leave);
          reject(reason);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#places.push(place);
      this.serve();
    });
  }

  /** Gives turns to those who can have one, and sees to it that this is done again in time. */
  serve(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => undefined;
    if (this.#places.length === 0) return;
    const nowMs = this.#nowMs();
    const inVain = new Map<string, number>();
    const left: Place<Turn>[] = [];
    let againAtMs = Number.POSITIVE_INFINITY;
    const places = this.#places;
    this.#places = [];
    for (const place of places) {
      const looks = inVain.get(place.kind) ?? 0;
      const found = looks < lookedAt ? place.attempt() : { againAtMs: Number.POSITIVE_INFINITY };
      if ('turn' in found && found.turn !== undefined) {
        place.resolve(found.turn);
        continue;
      }
      if (place.latestMs <= nowMs) {
        place.reject(place.giveUp());
        continue;
      }
      inVain.set(place.kind, looks + 1);
      againAtMs = Math.min(againAtMs, Math.max(found.againAtMs, nowMs + 1), place.latestMs);
      left.push(place);
    }
    // None came meanwhile: an attempt runs nobody else's code.
    this.#places = left;
    if (left.length > 0 && Number.isFinite(againAtMs))
      this.#cancelTimer = this.#schedule(againAtMs, () => this.serve());
  }
}
