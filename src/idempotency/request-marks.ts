import type { ImageRequest } from '../journey/image-request.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

/** What a request says of being sent twice. */
export interface RequestMarks {
  /** The caller's own name for it. */
  readonly key: string | null;
  /** How often its client has sent it before; 0 for a first time. */
  readonly retryCount: number;
}

const maxKeyLength = 255;

/**
 * The marks of a request; undefined when it has none, so that its client will not come back for its answer. Throws
 * `invalid_value` for a key that cannot be one. A count that is none is no mark.
 */
export function readMarks({ idempotencyKey, retryCount }: ImageRequest): RequestMarks | undefined {
  const key = idempotencyKey === undefined ? null : readKey(idempotencyKey);
  const isCount = retryCount !== undefined && /^\d{1,6}$/.test(retryCount);
  if (key === null && !isCount) return undefined;
  return { key, retryCount: isCount ? Number(retryCount) : 0 };
}

/** The key bare or as a string of RFC 9651 (docs/contracts/clients.md#retries). */
function readKey(header: string): string {
  const text = header.trim();
  const key = text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  if (key.length > 0 && key.length <= maxKeyLength && /^[\x20-\x7e]*$/.test(key)) return key;
  const message = `The Idempotency-Key header must hold 1 to ${maxKeyLength} printable ASCII characters, such as a UUID.`;
  throw new PlantainError('invalid_value', message, { param: 'Idempotency-Key' });
}
