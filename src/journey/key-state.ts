/** How a key stands. Of several, the first that is so. */
export const keyStates = ['revoked', 'expired', 'disabled', 'live'] as const;
export type KeyState = (typeof keyStates)[number];

/** What ends a key, or holds it off. */
interface KeyEnds {
  readonly revokedAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly disabledAtMs: number | null;
}

/** The same of one, at a moment. */
export function keyState({ revokedAtMs, expiresAtMs, disabledAtMs }: KeyEnds, nowMs: number): KeyState {
  if (revokedAtMs !== null) return 'revoked';
  if (expiresAtMs !== null && expiresAtMs <= nowMs) return 'expired';
  return disabledAtMs === null ? 'live' : 'disabled';
}
