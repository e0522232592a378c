import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './call.ts';
import { isRefusal } from './until-reached.ts';

let onSessionEnded: () => void = () => undefined;

/** Called once whenever an answer says that the session is over. */
export function whenSessionEnds(act: () => void): void {
  onSessionEnded = act;
}

function hear(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) onSessionEnded();
}

/** What was asked and answered. What the server refuses is refused again; only what did not reach it is tried again. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: hear }),
  mutationCache: new MutationCache({ onError: hear }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => !isRefusal(error) && failures < 3,
    },
  },
});
