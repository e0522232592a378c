import { health } from './health-constants.ts';

/** The calls of the last minute, so that a quota is kept instead of met. */
export class CallWindow {
  /** When they began, the oldest first. */
  readonly #startsMs: number[] = [];

  /** When one more call keeps to `perMinute`: now or later. */
  nextMs(perMinute: number, nowMs: number): number {
    this.#forget(nowMs);
    const blocking = this.#startsMs.at(-perMinute);
    return blocking === undefined ? nowMs : blocking + health.windowMs;
  }

  add(nowMs: number): void {
    this.#forget(nowMs);
    this.#startsMs.push(nowMs);
  }

  #forget(nowMs: number): void {
    const oldest = nowMs - health.windowMs;
    while ((this.#startsMs[0] ?? nowMs) <= oldest) this.#startsMs.shift();
  }
}
