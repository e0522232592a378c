import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../api/call.ts';
import type { Key } from '../api/types.ts';
import { Modal } from '../ui/modal.tsx';
import { Problem } from '../ui/problem.tsx';
import { say } from '../words/say.ts';
import { LimitsFields, limitsOf } from './limits-fields.tsx';

/** Changes the limits of a key. */
export function LimitsDialog({
  apiKey,
  onSaved,
  onClose,
}: {
  readonly apiKey: Key;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const save = useMutation({
    mutationFn: (form: FormData) =>
      call(`/keys/${encodeURIComponent(apiKey.id)}`, { method: 'PATCH', body: { limits: limitsOf(form) } }),
    onSuccess: onSaved,
  });
  return (
    <Modal label={say('key.limits.edit')} className="form-dialog" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!save.isPending) save.mutate(new FormData(event.currentTarget));
        }}
      >
        <h2>{say('key.limits.edit')}</h2>
        <p className="quiet">{say('key.limits.lead')}</p>
        <LimitsFields limits={apiKey.limits} />
        {save.error !== null && <Problem error={save.error} />}
        <div className="row-of">
          <button type="submit" className="button primary" aria-disabled={save.isPending}>
            {say('app.save')}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {say('app.cancel')}
          </button>
        </div>
      </form>
    </Modal>
  );
}
