import { PlantainError } from '../kernel/plantain-error.ts';

const windowMs = 60_000;
const maxWrong = 5;
/** From everywhere together: guesses can be spread over addresses. */
const maxWrongOverall = 100;
const maxAddresses = 10_000;

/** Lets an address try five wrong secrets a minute, and all of them together a hundred. */
export class LoginGuard {
  readonly #nowMs: () => number;
  readonly #wrong = new Map<string, number[]>();
  #overall: number[] = [];

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Throws `too_many_logins` for an address that has to wait. */
  check(address: string): void {
    const nowMs = this.#nowMs();
    this.#overall = late(this.#overall, nowMs);
    const own = late(this.#wrong.get(address) ?? [], nowMs);
    const until = [
      own.length < maxWrong ? 0 : (own.at(-maxWrong) ?? 0) + windowMs,
      this.#overall.length < maxWrongOverall ? 0 : (this.#overall.at(-maxWrongOverall) ?? 0) + windowMs,
    ];
    const waitMs = Math.max(...until) - nowMs;
    if (waitMs <= 0) return;
    throw new PlantainError('too_many_logins', 'Too many wrong secrets. Wait a little, then try again.', {
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    });
  }

  /** Notes a wrong secret. */
  wrong(address: string): void {
    const nowMs = this.#nowMs();
    this.#overall = [...late(this.#overall, nowMs), nowMs];
    const own = [...late(this.#wrong.get(address) ?? [], nowMs), nowMs];
    // Again at the end: those that tried longest ago are forgotten first.
    this.#wrong.delete(address);
    this.#wrong.set(address, own);
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size > maxAddresses && oldest !== undefined) this.#wrong.delete(oldest);
  }
}

const late = (times: readonly number[], nowMs: number): number[] =>
  times.filter((atMs) => nowMs - atMs < windowMs);
