import { pause } from '../pause.ts';
import { addressOf, getHeaders, type Request } from './requests.ts';

/** An answer is as good as one that is asked for now for as long as the pages take theirs to be (query-client.ts). */
const goodForMs = 10_000;

const sent = new Map<string, { readonly answer: Promise<Response>; readonly atMs: number }>();

/** Asks before the page's own script is there to do so. Whoever asks the same within seconds is given the answer. */
export async function askEarly(requests: readonly Request[]): Promise<void> {
  for (const { path, query } of requests) {
    const url = addressOf(path, query);
    const answer = fetch(url, { credentials: 'same-origin', headers: getHeaders });
    // Whoever takes it is told; where nobody does, nothing is wrong.
    answer.catch(() => undefined);
    sent.set(url, { answer, atMs: performance.now() });
    await pause();
  }
}

/** What was asked already, once; undefined: it was not, or long ago. */
export function takeEarly(url: string): Promise<Response> | undefined {
  const found = sent.get(url);
  sent.delete(url);
  return found !== undefined && performance.now() - found.atMs < goodForMs ? found.answer : undefined;
}

/** Forgets what was asked: whoever comes next is somebody else. */
export const forgetEarly = (): void => sent.clear();
