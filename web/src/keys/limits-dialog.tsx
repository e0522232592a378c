import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../api/call.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { say } from '../words/say.ts';
import { LimitsFields, limitsOf } from './limits-fields.tsx';

/** Changes the limits of a key or a project; `path`: where it is in the API. */
export function LimitsDialog({
  path,
  limits,
  onSaved,
  onClose,
}: {
  readonly path: string;
  readonly limits: Readonly<Record<string, number | null>>;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const save = useMutation({
    mutationFn: (form: FormData) => call(path, { method: 'PATCH', body: { limits: limitsOf(form) } }),
    onSuccess: onSaved,
  });
  return (
    <FormDialog
      title={say('key.limits.edit')}
      act={say('app.save')}
      isDisabled={save.isPending}
      error={save.error}
      onSubmit={(form) => {
        if (!save.isPending) save.mutate(form);
      }}
      onClose={onClose}
    >
      <p className="quiet">{say('key.limits.lead')}</p>
      <LimitsFields limits={limits} />
    </FormDialog>
  );
}
