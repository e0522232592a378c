import type { ReactNode } from 'react';

/** A place where something will be: what, and the one act that brings it. */
export function Empty({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p>{lead}</p>
      {children}
    </div>
  );
}
