import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { call } from '../api/call.ts';
import type { Key } from '../api/types.ts';
import { Modal } from '../ui/modal.tsx';
import { Problem } from '../ui/problem.tsx';
import { say } from '../words/say.ts';

/** Ends a key for good, once its name was typed. */
export function RevokeDialog({
  apiKey,
  onRevoked,
  onClose,
}: {
  readonly apiKey: Key;
  readonly onRevoked: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState('');
  const isSure = typed.trim() === apiKey.name;
  const revoke = useMutation({
    mutationFn: () => call(`/keys/${encodeURIComponent(apiKey.id)}`, { method: 'DELETE' }),
    onSuccess: onRevoked,
  });
  return (
    <Modal label={say('key.revoke')} className="form-dialog" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isSure && !revoke.isPending) revoke.mutate();
        }}
      >
        <h2>{say('key.revoke')}</h2>
        <div className="field">
          <label htmlFor={id}>
            {say('key.revoke.lead')} <code>{apiKey.name}</code>
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
        {revoke.error !== null && <Problem error={revoke.error} />}
        <div className="row-of">
          <button type="submit" className="button danger" aria-disabled={!isSure}>
            {say('key.revoke')}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {say('app.cancel')}
          </button>
        </div>
      </form>
    </Modal>
  );
}
