import { hash } from 'node:crypto';
import { apiKeyForm, apiKeySecretLength } from '../kernel/api-key-form.ts';
import { randomBase62 } from '../kernel/ids.ts';

/** Characters of a key: `sk-` and the secret, about 285 random bits. */
const apiKeyLength = 3 + apiKeySecretLength;

/** A new secret key of the form every Plantain key has. */
export function newApiKey(): string {
  return `sk-${randomBase62(apiKeySecretLength)}`;
}

/** Whether `text` has the form of a key. Says nothing about whether the key exists. */
export function isWellFormedApiKey(text: string): boolean {
  // The length is looked at first, so that a megabyte of text costs nothing.
  return text.length === apiKeyLength && apiKeyForm.test(text);
}

/**
 * SHA-256 of the key, 32 bytes: what is stored. A fast hash is right here, unlike for passwords: nobody can
 * walk through 285 random bits, however fast the hash.
 */
export function hashApiKey(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/**
 * `sk-Ab3d…x9Yz`: enough to tell keys apart in a list or a log, useless for calling. Text that is not a
 * well-formed key shows nothing of itself, since it may be some other secret.
 */
export function displayPrefix(key: string): string {
  return isWellFormedApiKey(key) ? `${key.slice(0, 7)}…${key.slice(-4)}` : 'sk-…';
}
