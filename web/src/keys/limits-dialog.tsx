import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FormDialog } from '../ui/form-dialog.tsx';
import { notOf } from '../ui/text-field.tsx';
import { say } from '../words/say.ts';
import { AlertsField, alertsOf } from './alerts-field.tsx';
import { limitNames } from './limits.ts';
import { LimitsFields, limitsOf } from './limits-fields.tsx';

export interface LimitChanges {
  readonly limits: Readonly<Record<string, number | null>>;
  readonly alert_at?: readonly number[] | null;
}

/** Changes limits of whatever has some, and when something is told of them. */
export function LimitsDialog({
  title = say('key.limits.edit'),
  lead = say('key.limits.lead'),
  limits,
  alertAt,
  at,
  save,
  onSaved,
  onClose,
  children,
}: {
  readonly title?: string;
  readonly lead?: string;
  readonly limits: Readonly<Record<string, number | null>>;
  /** At which percents of them something is told; null: as everywhere. Absent: it is not asked for. */
  readonly alertAt?: readonly number[] | null;
  /** Where limits stand in the body that is sent. */
  readonly at?: string;
  readonly save: (changes: LimitChanges) => Promise<unknown>;
  readonly onSaved: () => void;
  readonly onClose: () => void;
  /** Above the fields. */
  readonly children?: ReactNode;
}): ReactNode {
  const work = useMutation({
    mutationFn: (form: FormData) =>
      save({ limits: limitsOf(form), ...(alertAt !== undefined && { alert_at: alertsOf(form) }) }),
    onSuccess: onSaved,
  });
  const { error } = work;
  return (
    <FormDialog
      title={title}
      act={say('app.save')}
      isDisabled={work.isPending}
      error={notOf(
        error,
        'alert_at',
        ...(at === undefined ? ['limits'] : limitNames.map((name) => `${at}${name}`)),
      )}
      onSubmit={(form) => {
        if (!work.isPending) work.mutate(form);
      }}
      onClose={onClose}
    >
      <p className="quiet">{lead}</p>
      {children}
      <LimitsFields limits={limits} error={error} {...(at !== undefined && { at })} />
      {alertAt !== undefined && <AlertsField alertAt={alertAt} error={error} />}
    </FormDialog>
  );
}
