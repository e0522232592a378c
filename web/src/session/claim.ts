import { basePath } from './own-path.ts';
import { signIn } from './sign-in.ts';

let problem: Error | null = null;

/** Why the link that brought somebody here did not open the console; null when it did, or when there was none. */
export function claimProblem(): Error | null {
  return problem;
}

/**
 * Uses the token of the link that the start printed. It stands behind the `#`, which no server and no proxy is
 * told, and leaves the address at once, so that it stays in no history.
 */
export async function takeClaim(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('claim');
  if (token === null) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  try {
    const { sandbox } = await signIn({ claim: token });
    // Whoever starts a server that has nothing to draw with is shown what it needs.
    if (sandbox && location.pathname === basePath)
      history.replaceState(history.state, '', `${basePath}setup`);
  } catch (error) {
    problem = error instanceof Error ? error : new Error(String(error));
  }
}
