import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { storedPicturesPath } from '../journey/stored-picture.ts';
import { isImageName } from './image-name.ts';

export interface VerifiedLink {
  readonly name: string;
  readonly expiresAtMs: number;
}

/**
 * Makes and checks links to stored pictures: `/images/<name>?expires=<unix seconds>&signature=<base64url>`.
 * The signature is HMAC-SHA256 over the name and the expiry, so that neither can be changed, and a link
 * needs no key: image viewers and chat programs fetch it without one.
 */
export class SignedLinks {
  readonly #secret: KeyObject;

  /** `secret`: 32 random bytes that outlive a restart, the same on every instance behind one address. */
  constructor(secret: Uint8Array) {
    if (secret.length < 32)
      throw new RangeError('The secret that signs picture links must have at least 32 bytes.');
    this.#secret = createSecretKey(secret);
  }

  /** An absolute link on `origin` (`https://host:port`, no path). The expiry is rounded up to a whole second. */
  sign(link: { readonly origin: string; readonly name: string; readonly expiresAtMs: number }): string {
    const expires = Math.ceil(link.expiresAtMs / 1000).toString();
    const signature = this.#signature(link.name, expires).toString('base64url');
    return `${link.origin}${storedPicturesPath}${link.name}?expires=${expires}&signature=${signature}`;
  }

  /**
   * The link's name and expiry, or undefined for every link that is not good now: forged, changed, expired,
   * or with a name this product never makes. `query` is the raw text after `?`; parameters that others
   * append (trackers, cache busters) are ignored, doubled ones of ours are refused.
   */
  verify(name: string, query: string, nowMs: number): VerifiedLink | undefined {
    if (!isImageName(name) || query.length > 4096) return undefined;
    const parameters = new URLSearchParams(query);
    const [expires, ...moreExpires] = parameters.getAll('expires');
    const [signature, ...moreSignatures] = parameters.getAll('signature');
    if (expires === undefined || signature === undefined || moreExpires.length + moreSignatures.length > 0)
      return undefined;
    if (!/^[\w-]{43}$/.test(signature)) return undefined;
    const expected = Buffer.from(this.#signature(name, expires).toString('base64url'));
    // Compared as text: 43 characters decode to 32 bytes in four ways, and only one of them was signed.
    if (!timingSafeEqual(expected, Buffer.from(signature))) return undefined;
    const expiresAtMs = Number(expires) * 1000;
    return expiresAtMs > nowMs ? { name, expiresAtMs } : undefined;
  }

  #signature(name: string, expires: string): Buffer {
    // The first line keeps this secret's signatures for other purposes, should there be any, apart.
    return createHmac('sha256', this.#secret).update(`plantain image link v1\n${name}\n${expires}`).digest();
  }
}
