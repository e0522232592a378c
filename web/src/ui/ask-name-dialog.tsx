import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { FormDialog } from './form-dialog.tsx';

/** Does what cannot be undone, once the name of what it is done to was typed. */
export function AskNameDialog({
  title,
  lead,
  name,
  act,
  onDone,
  onClose,
}: {
  readonly title: string;
  readonly lead: string;
  readonly name: string;
  readonly act: () => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState('');
  const isSure = typed.trim() === name;
  const work = useMutation({ mutationFn: act, onSuccess: onDone });
  return (
    <FormDialog
      title={title}
      act={title}
      isDanger
      isDisabled={!isSure}
      error={work.error}
      onSubmit={() => {
        if (isSure && !work.isPending) work.mutate();
      }}
      onClose={onClose}
    >
      <div className="field">
        <label htmlFor={id}>
          {lead} <code>{name}</code>
        </label>
        <input
          id={id}
          className="input"
          autoFocus
          autoComplete="off"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </div>
    </FormDialog>
  );
}
