import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { call } from '../api/call.ts';
import { projectsQuery } from '../api/queries.ts';
import type { KeyWithSecret } from '../api/types.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { formText } from '../ui/form-text.ts';
import { notOf } from '../ui/text-field.tsx';
import { say } from '../words/say.ts';
import { ExpiryField } from './expiry-field.tsx';
import { readMoment } from './key-patch.ts';
import { LimitsFields, limitsOf } from './limits-fields.tsx';
import { NameField } from './name-field.tsx';

/** Asks what a new key may do, and makes it. */
export function NewKeyDialog({
  onMade,
  onClose,
}: {
  readonly onMade: (key: KeyWithSecret) => void;
  readonly onClose: () => void;
}): ReactNode {
  const id = useId();
  const projects = useQuery(projectsQuery);
  const [projectId, setProjectId] = useState<string>();
  const live = (projects.data?.data ?? []).filter(({ archived_at }) => archived_at === null);
  const project = live.find((one) => one.id === projectId) ?? live[0];
  const create = useMutation({
    mutationFn: (form: FormData) =>
      call<KeyWithSecret>('/keys', {
        method: 'POST',
        body: {
          name: form.get('name'),
          project: project?.id,
          limits: limitsOf(form),
          expires_at: readMoment(formText(form, 'expires_at')),
          ...(form.get('strict') === 'on' && { strict: true }),
        },
      }),
    onSuccess: onMade,
  });
  const { error } = create;
  const begin = project?.key_limits ?? {};
  return (
    <FormDialog
      title={say('keys.new')}
      act={say('keys.create')}
      // What is sent are the limits that are shown: those of no project yet would take away what it says.
      isDisabled={create.isPending || project === undefined}
      error={notOf(error ?? projects.error, 'name', 'limits', 'expires_at')}
      onSubmit={(form) => {
        if (!create.isPending && project !== undefined) create.mutate(form);
      }}
      onClose={onClose}
    >
      <NameField error={error} />
      <div className="field">
        <label htmlFor={`${id}-project`}>{say('keys.project')}</label>
        <select
          id={`${id}-project`}
          className="input"
          value={project?.id}
          onChange={({ target }) => setProjectId(target.value)}
        >
          {live.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </div>
      <fieldset className="plain">
        <legend className="label">{say('keys.limits')}</legend>
        {/* Anew for each project, and when the server tells other limits than were known. */}
        <LimitsFields key={JSON.stringify([project?.id, begin])} limits={begin} error={error} />
      </fieldset>
      <ExpiryField error={error} />
      <label className="row-of">
        <input type="checkbox" name="strict" />
        {say('keys.strict')}
      </label>
    </FormDialog>
  );
}
