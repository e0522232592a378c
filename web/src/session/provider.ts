import { call } from '../api/call.ts';
import type { Answer } from '../api/types.ts';
import { basePath, isOwnPath } from './own-path.ts';
import { signIn } from './sign-in.ts';

/**
 * Of a sign-in under way: that it began in this tab, and where it is to lead. Kept by origin, as no cookie is: other ports of
 * this host cannot put theirs in its place.
 */
const storageKey = 'plantain.provider';

let problem: Error | null = null;
let next: string | null = null;

/** What the operator calls the identity provider; undefined where there is none. */
export function providerName(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[name="plantain-provider"]')?.content;
}

/** Goes to the identity provider. `wanted`: the page to be shown afterwards. */
export async function goToProvider(wanted: string | undefined): Promise<void> {
  const { address, state } = await call<Answer<'BegunLogin'>>('/session/oidc', {
    method: 'POST',
    body: { return_to: new URL('login/oidc', document.baseURI).href },
  });
  sessionStorage.setItem(storageKey, JSON.stringify({ state, next: wanted ?? null }));
  location.assign(address);
}

/** Uses what the provider sent the browser back with, once; it leaves the address at once. */
export async function takeReturn(): Promise<void> {
  if (location.pathname !== new URL('login/oidc', document.baseURI).pathname) return;
  const answer = location.search.slice(1);
  const kept = JSON.parse(sessionStorage.getItem(storageKey) ?? '{}') as { state?: string; next?: string };
  sessionStorage.removeItem(storageKey);
  history.replaceState(history.state, '', location.pathname);
  next = kept.next ?? null;
  try {
    const isOurs = kept.state !== undefined && new URLSearchParams(answer).get('state') === kept.state;
    // The server says what is wrong with an answer that belongs to nothing here.
    await signIn({ oidc: isOurs ? answer : 'state=' });
    history.replaceState(history.state, '', isOwnPath(next) ? next : basePath);
  } catch (error) {
    problem = error instanceof Error ? error : new Error(String(error));
  }
}

/** What came of it: the page that was wanted, and why nobody is signed in, if so. */
export function outcomeOfReturn(): { readonly problem: Error | null; readonly next: string | null } {
  return { problem, next };
}
