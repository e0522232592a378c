/** That somebody signed in here, and as what; the session itself is in a cookie that no script reads. */
const storageKey = 'plantain.signedIn';

export type KnownRole = 'admin' | 'viewer' | 'unknown';

/** As what somebody is signed in here, as far as this browser knows; undefined: nobody is. */
export function knownRole(): KnownRole | undefined {
  const kept = localStorage.getItem(storageKey);
  if (kept === null) return undefined;
  return kept === 'admin' || kept === 'viewer' ? kept : 'unknown';
}

/** Keeps as what somebody signed in; undefined: nobody is signed in any more. */
export function keepRole(role: string | undefined): void {
  if (role === undefined) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, role);
}
