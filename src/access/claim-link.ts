import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const lifetimeMs = 10 * 60_000;

/** A token that opens one session, once, within ten minutes: for the person who started the server and sees its terminal. */
export class ClaimLink {
  readonly #nowMs: () => number;
  #hash: Buffer | undefined;
  #expiresAtMs = 0;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Makes a token; an earlier one counts no more. */
  make(): string {
    const token = randomBytes(24).toString('base64url');
    this.#hash = hashOf(token);
    this.#expiresAtMs = this.#nowMs() + lifetimeMs;
    return token;
  }

  /** Whether this is the token; it is used up then. */
  use(token: string): boolean {
    const hash = this.#hash;
    if (hash === undefined || this.#nowMs() >= this.#expiresAtMs) return false;
    if (!timingSafeEqual(hash, hashOf(token))) return false;
    this.#hash = undefined;
    return true;
  }
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
