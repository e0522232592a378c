import { PlantainError } from '../kernel/plantain-error.ts';
import type { NativeRequest } from './native-request.ts';

/** How a request wants to be answered, by its query and by Google's header for the longest that a server may take. */
export function answerWishes(
  method: NativeRequest['method'],
  query: URLSearchParams,
  serverTimeout: string | readonly string[] | undefined,
): Pick<NativeRequest, 'isEventStream' | 'maxWaitMs'> {
  const form = query.get('alt') ?? query.get('$alt');
  return {
    isEventStream: method === 'streamGenerateContent' && form === 'sse',
    maxWaitMs: milliseconds(serverTimeout),
  };
}

/** Undefined: they do not say. */
function milliseconds(header: string | readonly string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds * 1000;
  throw new PlantainError('invalid_value', 'X-Server-Timeout must be a number of seconds above 0.', {
    param: 'x-server-timeout',
  });
}
