import type { Call } from '../../src/journey/call.ts';
import type { Upstream, UpstreamAnswer } from '../../src/journey/upstream.ts';
import { failedCall, plainCall } from '../support/plain-call.ts';
import { tinyImage } from './tiny-image.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What an upstream is like in a case. */
export interface Behaviour {
  /** Median of its log-normal time, in seconds. */
  readonly medianS?: number;
  /** Share of calls that fail, from when to when. */
  readonly failing?: number;
  readonly failsAfterMs?: number;
  /** It says nothing, and is given up by its connection. */
  readonly hangs?: true;
  readonly fromS?: number;
  readonly toS?: number;
  /** Its real quota in 60 s, whether the gateway knows it or not. */
  readonly perMinute?: number;
  /** A 429 tells when to come back. */
  readonly tellsDelay?: boolean;
}

const sigma = 0.35;
const silenceMs = 60_000;

/** An upstream in virtual time, and what was asked of it. */
export class SimulatedUpstream implements Upstream {
  readonly name: string;
  readonly startsMs: number[] = [];
  limited = 0;
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #is: Behaviour;
  #granted: number[] = [];

  constructor(name: string, time: VirtualTime, random: () => number, behaviour: Behaviour) {
    this.name = name;
    this.#time = time;
    this.#random = random;
    this.#is = behaviour;
  }

  async close(): Promise<void> {
    // There is nothing to end.
  }

  draw(
    { model }: Parameters<Upstream['draw']>[0],
    scope: Parameters<Upstream['draw']>[1],
  ): Promise<UpstreamAnswer> {
    const startedAtMs = this.#time.nowMs();
    this.startsMs.push(startedAtMs);
    const { afterMs, outcome, isPicture } = this.#outcome(startedAtMs);
    return new Promise((resolve) => {
      const end = (fields: Partial<Call>, goods: Omit<UpstreamAnswer, 'call'>): void => {
        callOff();
        scope.signal.removeEventListener('abort', leave);
        const endedAtMs = this.#time.nowMs();
        resolve({
          call: plainCall({ ...fields, upstream: this.name, model, startedAtMs, endedAtMs }),
          ...goods,
        });
      };
      const leave = (): void => end(failedCall('upstream_timeout', { phase: 'unanswered' }), {});
      const callOff = this.#time.at(startedAtMs + afterMs, () =>
        end(outcome, isPicture ? { image: tinyImage } : {}),
      );
      scope.signal.addEventListener('abort', leave, { once: true });
    });
  }

  #outcome(nowMs: number): { afterMs: number; outcome: Partial<Call>; isPicture: boolean } {
    const {
      medianS = 12,
      failing = 0,
      failsAfterMs = 50,
      hangs,
      fromS = 0,
      toS = Infinity,
      perMinute,
      tellsDelay,
    } = this.#is;
    const isNow = nowMs >= fromS * 1000 && nowMs < toS * 1000;
    if (perMinute !== undefined) {
      this.#granted = this.#granted.filter((atMs) => nowMs - atMs < 60_000);
      if (this.#granted.length >= perMinute) {
        this.limited++;
        const untilMs = tellsDelay === true ? (this.#granted[0] ?? nowMs) + 60_000 : undefined;
        const outcome = failedCall('rate_limit_exceeded', {
          phase: 'refused',
          fault: 'quota',
          httpStatus: 429,
          untilMs,
        });
        return { afterMs: 50, outcome, isPicture: false };
      }
      this.#granted.push(nowMs);
    }
    if (isNow && hangs)
      return {
        afterMs: silenceMs,
        outcome: failedCall('upstream_timeout', { phase: 'unanswered' }),
        isPicture: false,
      };
    if (isNow && this.#random() < failing)
      return { afterMs: failsAfterMs, outcome: failedCall('upstream_error'), isPicture: false };
    return { afterMs: medianS * 1000 * Math.exp(sigma * this.#normal()), outcome: {}, isPicture: true };
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}
