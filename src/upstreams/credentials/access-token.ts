import type { Clock } from '../../kernel/clock.ts';

/** A token as its server gave it. */
export interface IssuedToken {
  readonly token: string;
  readonly lifetimeMs: number;
}

/** Gets a token from where it comes; ends in bounded time. Rejects with `CredentialsError`. */
export type IssueToken = (signal: AbortSignal) => Promise<IssuedToken>;

/** Before its end by this much a token is renewed while it is still used; by that much, it is waited for. */
const renewBeforeMs = 300_000;
const waitBeforeMs = 60_000;
/** A token that lives for minutes alone is not renewed all the time. */
const renewShare = 0.5;
const waitShare = 0.1;
/** After a failed renewal behind a good token, before the next. */
const pauseAfterFailureMs = 10_000;

interface HeldToken {
  readonly value: string;
  readonly renewAtMs: number;
  readonly waitAtMs: number;
  readonly endsAtMs: number;
}

/**
 * One token for all calls, renewed once for whoever waits, and before its end behind the backs of those who ask. While
 * the old one is good, a server that gives no new one fails nobody.
 */
export class AccessToken {
  readonly #issue: IssueToken;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #held: HeldToken | undefined;
  #renewal: Promise<string> | undefined;
  #pausedUntilMs = 0;

  constructor(issue: IssueToken, clock: Clock) {
    this.#issue = issue;
    this.#clock = clock;
  }

  /** Rejects when there is no good token and none can be had, and with the signal's reason. */
  async get(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const held = this.#held;
    const nowMs = this.#clock.nowMs();
    if (held !== undefined && nowMs < held.waitAtMs) {
      if (nowMs >= held.renewAtMs && nowMs >= this.#pausedUntilMs) this.#renew().catch(() => undefined);
      return held.value;
    }
    try {
      return await unlessAborted(this.#renew(), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (held !== undefined && held === this.#held && this.#clock.nowMs() < held.endsAtMs) return held.value;
      throw error;
    }
  }

  /** Forgets a token that was refused. True: the next one is another. */
  drop(token: string): boolean {
    if (this.#held?.value === token) this.#held = undefined;
    return true;
  }

  close(): void {
    this.#closing.abort(new Error('the credentials are closed'));
  }

  /** One renewal at a time. It belongs to nobody: whoever leaves does not take it from the others. */
  #renew(): Promise<string> {
    this.#renewal ??= this.#issue(this.#closing.signal)
      .then(({ token, lifetimeMs }) => {
        const endsAtMs = this.#clock.nowMs() + lifetimeMs;
        this.#held = {
          value: token,
          renewAtMs: endsAtMs - Math.min(renewBeforeMs, lifetimeMs * renewShare),
          waitAtMs: endsAtMs - Math.min(waitBeforeMs, lifetimeMs * waitShare),
          endsAtMs,
        };
        return token;
      })
      .catch((error: unknown) => {
        this.#pausedUntilMs = this.#clock.nowMs() + pauseAfterFailureMs;
        throw error;
      })
      .finally(() => {
        this.#renewal = undefined;
      });
    return this.#renewal;
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave: (() => void) | undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    if (leave !== undefined) signal.removeEventListener('abort', leave);
  }
}
