import type { ReactNode } from 'react';
import { say } from '../words/say.ts';

/** Holds the place of what is being loaded. */
export function Skeleton({ blockSize }: { readonly blockSize: string }): ReactNode {
  return (
    <div className="skeleton" style={{ blockSize }} role="status">
      <span className="visually-hidden">{say('app.loading')}</span>
    </div>
  );
}
