import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { call } from '../api/call.ts';
import { modelsQuery } from '../api/queries.ts';
import type { Key } from '../api/types.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { FieldHint, isOf, notOf, TextField } from '../ui/text-field.tsx';
import { say } from '../words/say.ts';
import { ExpiryField } from './expiry-field.tsx';
import { keyPatch, readTags, tagsField } from './key-patch.ts';
import { NameField } from './name-field.tsx';

/** Changes what a key is called and may do, apart from its limits: what was not touched stays as it is. */
export function KeyDialog({
  apiKey,
  onSaved,
  onClose,
}: {
  readonly apiKey: Key;
  readonly onSaved: (key: Key) => void;
  readonly onClose: () => void;
}): ReactNode {
  // The page asks for the key again and again: changes are told from what the dialog began with.
  const [key] = useState(apiKey);
  const save = useMutation({
    mutationFn: (patch: Record<string, unknown>) =>
      call<Key>(`/keys/${encodeURIComponent(key.id)}`, { method: 'PATCH', body: patch }),
    onSuccess: onSaved,
  });
  const { error } = save;
  return (
    <FormDialog
      title={say('key.edit')}
      act={say('app.save')}
      isDisabled={save.isPending}
      error={notOf(error, 'name', 'models', 'addresses', 'expires_at', 'tags')}
      onSubmit={(form) => {
        const patch = keyPatch(key, form);
        if (Object.keys(patch).length === 0) onClose();
        else if (!save.isPending) save.mutate(patch);
      }}
      onClose={onClose}
    >
      <NameField error={error} name={key.name} />
      <ModelsField chosen={key.models} error={error} />
      <ExpiryField error={error} expiresAt={key.expires_at} />
      <TextField
        param="addresses"
        label={say('key.addresses')}
        hint={say('key.addresses.hint')}
        error={error}
        lines={2}
        spellCheck={false}
        defaultValue={key.addresses?.join('\n')}
      />
      <TextField
        param="tags"
        label={say('key.tags')}
        hint={say('key.tags.hint')}
        error={error}
        lines={2}
        spellCheck={false}
        defaultValue={tagsField(key.tags)}
        check={(text) => (readTags(text) === undefined ? say('key.tags.wrong') : '')}
      />
      <label className="row-of">
        <input type="checkbox" name="strict" defaultChecked={key.strict} />
        {say('keys.strict')}
      </label>
    </FormDialog>
  );
}

/** Every model, or some of the catalogue's and those that it has already. */
function ModelsField({
  chosen,
  error,
}: {
  readonly chosen: readonly string[] | null;
  readonly error: unknown;
}): ReactNode {
  const id = useId();
  const { data } = useQuery(modelsQuery);
  const [isEvery, setEvery] = useState(chosen === null);
  const models = [...new Set([...(chosen ?? []), ...(data?.data ?? []).map((model) => model.id)])].toSorted();
  return (
    <fieldset className="plain" aria-describedby={isOf(error, 'models') ? id : undefined}>
      <legend className="label">{say('key.models')}</legend>
      <label className="row-of">
        <input type="checkbox" name="every_model" checked={isEvery} onChange={() => setEvery(!isEvery)} />
        {say('key.models.every')}
      </label>
      {!isEvery &&
        models.map((model) => (
          <label key={model} className="row-of">
            <input
              type="checkbox"
              name="models"
              value={model}
              defaultChecked={chosen?.includes(model) ?? false}
            />
            <span className="mono">{model}</span>
          </label>
        ))}
      <FieldHint id={id} error={error} param="models" />
    </fieldset>
  );
}
