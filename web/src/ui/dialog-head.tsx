import type { ReactNode } from 'react';
import { say } from '../words/say.ts';
import { Icon } from './icons.tsx';

/** The head of a dialog: its title, what may be done with the whole of it, and the button that closes it. */
export function DialogHead({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <header className="row-of dialog-head">
      <h2>{title}</h2>
      {children}
      <button type="button" className="button bare icon-only" aria-label={say('app.close')} onClick={onClose}>
        <Icon name="bad" />
      </button>
    </header>
  );
}
