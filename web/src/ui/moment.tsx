import type { ReactNode } from 'react';
import { formatMoment, formatWhen } from '../words/format.ts';

/** A moment in the browser's time zone, in full on hover. */
export function Moment({
  at,
  isFull = false,
}: {
  readonly at: string;
  readonly isFull?: boolean;
}): ReactNode {
  return (
    <time dateTime={at} title={formatMoment(at)}>
      {isFull ? formatMoment(at) : formatWhen(at)}
    </time>
  );
}
