import { PlantainError } from '../kernel/plantain-error.ts';
import { isAddressOrNetwork } from './allowed-addresses.ts';
import type { ApiKeyChanges } from './api-key-store.ts';
import { checkName } from './check-name.ts';

const mostListed = 100;
const mostTags = 32;

/** What a key is made or changed with, whoever asks for it. Throws `invalid_value` with the field at fault. */
export function checkKeySettings({ name, allowedModels, allowedAddresses, tags }: ApiKeyChanges): void {
  if (name !== undefined) checkName('key', name);
  if (allowedModels) checkList('models', allowedModels);
  if (allowedAddresses) {
    checkList('addresses', allowedAddresses);
    const wrong = allowedAddresses.find((entry) => !isAddressOrNetwork(entry));
    if (wrong !== undefined)
      throw refused(
        'addresses',
        `"${wrong.slice(0, 64)}" is no address or network. Write 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32.`,
      );
  }
  const entries = Object.entries(tags ?? {});
  if (entries.length > mostTags) throw refused('tags', `A key has at most ${mostTags} tags.`);
  for (const [tag, value] of entries) {
    if (!/^[\w.-]{1,64}$/.test(tag))
      throw refused('tags', 'The name of a tag has 1 to 64 letters, digits or . _ -');
    if (value.length > 256) throw refused('tags', `The tag ${tag} is longer than 256 characters.`);
  }
}

/** That an end is to come: a key with one that is over would be refused from the start. Throws `invalid_value`. */
export function checkExpiry(expiresAtMs: number | null | undefined, nowMs: number): void {
  if (expiresAtMs === undefined || expiresAtMs === null || expiresAtMs > nowMs) return;
  throw refused(
    'expires_at',
    `${new Date(expiresAtMs).toISOString()} is over already: give a time to come. A day alone is meant as it begins, at 00:00 UTC.`,
  );
}

function checkList(param: string, list: readonly string[]): void {
  if (list.length === 0)
    throw refused(
      param,
      `An empty list of ${param} would let nothing pass. Leave it out for all, or revoke the key.`,
    );
  if (list.length > mostListed) throw refused(param, `A key has at most ${mostListed} ${param}.`);
}

function refused(param: string, message: string): PlantainError {
  return new PlantainError('invalid_value', message, { param });
}
