import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../api/call.ts';
import type { Project } from '../api/types.ts';
import { LimitsFields, limitsOf } from '../keys/limits-fields.tsx';
import { NameField } from '../keys/name-field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { notOf, TextField } from '../ui/text-field.tsx';
import { say } from '../words/say.ts';
import '../keys/keys.css';

/** Asks for a name and a markup: of a new project, with its limits, or of one that is there. */
export function ProjectDialog({
  project,
  onSaved,
  onClose,
}: {
  readonly project?: Project;
  readonly onSaved: (project: Project) => void;
  readonly onClose: () => void;
}): ReactNode {
  const save = useMutation({
    mutationFn: (form: FormData) => {
      const body = {
        name: form.get('name'),
        markup_basis_points: Math.round(Number(form.get('markup_basis_points')) * 100),
      };
      return project === undefined
        ? call<Project>('/projects', { method: 'POST', body: { ...body, limits: limitsOf(form) } })
        : call<Project>(`/projects/${encodeURIComponent(project.id)}`, { method: 'PATCH', body });
    },
    onSuccess: onSaved,
  });
  const { error } = save;
  return (
    <FormDialog
      title={say(project === undefined ? 'projects.new' : 'project.edit')}
      act={say(project === undefined ? 'projects.create' : 'app.save')}
      isDisabled={save.isPending}
      error={notOf(error, 'name', 'markup_basis_points', 'limits')}
      onSubmit={(form) => {
        if (!save.isPending) save.mutate(form);
      }}
      onClose={onClose}
    >
      <NameField error={error} name={project?.name} />
      <TextField
        param="markup_basis_points"
        label={say('project.markup.field')}
        hint={say('project.markup.hint')}
        error={error}
        type="number"
        min="0"
        step="0.01"
        required
        defaultValue={(project?.markup_basis_points ?? 0) / 100}
      />
      {project === undefined && (
        <fieldset className="plain">
          <legend className="label">{say('key.limits')}</legend>
          <LimitsFields limits={{}} error={error} />
        </fieldset>
      )}
    </FormDialog>
  );
}
