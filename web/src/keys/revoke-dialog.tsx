import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { call } from '../api/call.ts';
import type { Key } from '../api/types.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
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
    <FormDialog
      title={say('key.revoke')}
      act={say('key.revoke')}
      isDanger
      isDisabled={!isSure}
      error={revoke.error}
      onSubmit={() => {
        if (isSure && !revoke.isPending) revoke.mutate();
      }}
      onClose={onClose}
    >
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
    </FormDialog>
  );
}
