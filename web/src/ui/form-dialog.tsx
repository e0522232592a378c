import type { ReactNode } from 'react';
import { say } from '../words/say.ts';
import { Modal } from './modal.tsx';
import { Problem } from './problem.tsx';

/** What is asked before something is done: a form in a dialog, with the button that does it and one that leaves. */
export function FormDialog({
  title,
  act,
  isDanger = false,
  isDisabled,
  error,
  onSubmit,
  onClose,
  children,
}: {
  readonly title: string;
  /** What the button says. */
  readonly act: string;
  readonly isDanger?: boolean;
  /** The button is there, and does nothing yet. */
  readonly isDisabled: boolean;
  /** What went wrong; null: nothing, or it is told beside a field. */
  readonly error: Error | null;
  readonly onSubmit: (form: FormData) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <Modal label={title} className="form-dialog" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(new FormData(event.currentTarget));
        }}
      >
        <h2>{title}</h2>
        {children}
        {error !== null && <Problem error={error} />}
        <div className="row-of">
          <button
            type="submit"
            className={isDanger ? 'button danger' : 'button primary'}
            aria-disabled={isDisabled}
          >
            {act}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {say('app.cancel')}
          </button>
        </div>
      </form>
    </Modal>
  );
}
