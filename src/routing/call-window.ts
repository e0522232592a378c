import { health } from './health-constants.ts';

/** The calls of the last minute, so that a quota is kept instead of met. */
export class CallWindow {
  /** When they began, the oldest first from `#first` on. */
  readonly #startsMs: number[] = [];
  #first = 0;

  /** When one more call keeps to `perMinute`: now or later. */
  nextMs(perMinute: number, nowMs: number): number {
    this.#forget(nowMs);
    const count = this.#startsMs.length - this.#first;
    if (count < perMinute) return nowMs;
    return (this.#startsMs[this.#startsMs.length - perMinute] ?? nowMs) + health.windowMs;
  }

  add(nowMs: number): void {
    this.#forget(nowMs);
    this.#startsMs.push(nowMs);
  }

  #forget(nowMs: number): void {
    const oldest = nowMs - health.windowMs;
    while ((this.#startsMs[this.#first] ?? nowMs) <= oldest) this.#first++;
    if (this.#first < 1000 && this.#first * 2 < this.#startsMs.length) return;
    this.#startsMs.splice(0, this.#first);
    this.#first = 0;
  }
}
