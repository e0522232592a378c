import type { ApiKey, KeyState } from './api-key-store.ts';

/** How a key stands at a moment. */
export function keyState(
  { revokedAtMs, expiresAtMs, disabledAtMs }: Pick<ApiKey, 'revokedAtMs' | 'expiresAtMs' | 'disabledAtMs'>,
  nowMs: number,
): KeyState {
  if (revokedAtMs !== null) return 'revoked';
  if (expiresAtMs !== null && expiresAtMs <= nowMs) return 'expired';
  return disabledAtMs === null ? 'live' : 'disabled';
}
