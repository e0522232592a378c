import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;
const cipher = 'aes-256-gcm';

/**
 * Locks what browsers and tables keep for this server: others cannot read it, and cannot make it. Every process that has
 * the secret opens it, so that a login may begin at one and end at another.
 */
export class Seal {
  readonly #keyOf: () => Buffer;

  /** `purpose`: what is sealed for one opens nothing of another. */
  constructor(secret: () => string, purpose: string) {
    this.#keyOf = () => Buffer.from(hkdfSync('sha256', secret(), '', `plantain ${purpose}`, 32));
  }

  close(text: string): string {
    const iv = randomBytes(ivBytes);
    const locked = createCipheriv(cipher, this.#keyOf(), iv);
    const body = [locked.update(text, 'utf8'), locked.final()];
    return Buffer.concat([iv, locked.getAuthTag(), ...body]).toString('base64url');
  }

  /** Undefined: it was not sealed here, or under another secret. */
  open(sealed: string): string | undefined {
    const whole = Buffer.from(sealed, 'base64url');
    if (whole.length < ivBytes + tagBytes) return undefined;
    const unlocked = createDecipheriv(cipher, this.#keyOf(), whole.subarray(0, ivBytes));
    unlocked.setAuthTag(whole.subarray(ivBytes, ivBytes + tagBytes));
    try {
      return Buffer.concat([unlocked.update(whole.subarray(ivBytes + tagBytes)), unlocked.final()]).toString(
        'utf8',
      );
    } catch {
      return undefined;
    }
  }
}
