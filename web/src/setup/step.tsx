import { type ReactNode, useId } from 'react';
import { Chip } from '../ui/chip.tsx';
import { say } from '../words/say.ts';

/** One step: what it is about, and whether it is done where that can be known. */
export function Step({
  title,
  isDone,
  children,
}: {
  readonly title: string;
  readonly isDone?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <li>
      <section className="card stack" aria-labelledby={id}>
        <div className="row-of">
          <h2 id={id}>{title}</h2>
          {isDone !== undefined && (
            <Chip mood={isDone ? 'good' : 'odd'} icon={isDone ? 'done' : 'odd'}>
              {say(isDone ? 'setup.done' : 'setup.open')}
            </Chip>
          )}
        </div>
        {children}
      </section>
    </li>
  );
}
