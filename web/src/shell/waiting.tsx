import type { ReactNode } from 'react';
import { Skeleton } from '../ui/skeleton.tsx';

/** While a page's own script is fetched. */
export function Waiting(): ReactNode {
  return (
    <main className="page" id="content">
      <Skeleton blockSize="12rem" />
    </main>
  );
}
