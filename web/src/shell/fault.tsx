import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError } from '../api/call.ts';
import { Problem } from '../ui/problem.tsx';
import { say } from '../words/say.ts';

/** In place of a page that could not be shown. */
export function Fault({ error, reset }: ErrorComponentProps): ReactNode {
  const router = useRouter();
  const isAnswered = error instanceof ApiError || error instanceof TypeError;
  return (
    <main className="page" id="content">
      <h1>{say('error.title')}</h1>
      <Problem
        error={isAnswered ? error : new ApiError(0, say('error.page'), {})}
        retry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </main>
  );
}
