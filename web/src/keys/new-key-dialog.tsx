import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { call } from '../api/call.ts';
import { projectsQuery } from '../api/queries.ts';
import type { KeyWithSecret } from '../api/types.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { formText } from '../ui/form-text.ts';
import { notOf, TextField } from '../ui/text-field.tsx';
import { say } from '../words/say.ts';
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
  const create = useMutation({
    mutationFn: (form: FormData) => {
      const expires = formText(form, 'expires_at');
      return call<KeyWithSecret>('/keys', {
        method: 'POST',
        body: {
          name: form.get('name'),
          project: form.get('project'),
          limits: limitsOf(form),
          ...(expires !== '' && { expires_at: expires }),
          ...(form.get('strict') === 'on' && { strict: true }),
        },
      });
    },
    onSuccess: onMade,
  });
  const { error } = create;
  const live = (projects.data?.data ?? []).filter(({ archived_at }) => archived_at === null);
  return (
    <FormDialog
      title={say('keys.new')}
      act={say('keys.create')}
      isDisabled={create.isPending}
      error={notOf(error, 'name', 'limits', 'expires_at')}
      onSubmit={(form) => {
        if (!create.isPending) create.mutate(form);
      }}
      onClose={onClose}
    >
      <NameField error={error} />
      <div className="field">
        <label htmlFor={`${id}-project`}>{say('keys.project')}</label>
        <select id={`${id}-project`} name="project" className="input">
          {live.map((project) => (
            <option key={project.id} value={project.id}>
              {project.name}
            </option>
          ))}
        </select>
      </div>
      <fieldset className="plain">
        <legend className="label">{say('keys.limits')}</legend>
        <LimitsFields limits={{}} error={error} />
      </fieldset>
      <TextField
        param="expires_at"
        label={say('keys.expires')}
        hint={say('keys.expires.hint')}
        error={error}
        type="date"
      />
      <label className="row-of">
        <input type="checkbox" name="strict" />
        {say('keys.strict')}
      </label>
    </FormDialog>
  );
}
