import { infiniteQueryOptions } from '@tanstack/react-query';
import { ask } from '../api/call.ts';
import { askKeys } from '../api/requests.ts';
import type { KeyPage } from '../api/types.ts';

/** The keys, the youngest first; those that work or may again, or also those that ended. */
export const keysQuery = (showsEnded: boolean) =>
  infiniteQueryOptions({
    queryKey: ['keys', 'list', showsEnded],
    queryFn: ({ pageParam, signal }) => ask<KeyPage>(askKeys(showsEnded, pageParam), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }: KeyPage) => next ?? undefined,
  });
