import type { ReactNode } from 'react';
import { TextField } from '../ui/text-field.tsx';
import { say } from '../words/say.ts';

/** Asks for the name of a key or a project, as `name` of its form. */
export function NameField({
  error,
  name,
}: {
  readonly error: unknown;
  readonly name?: string | undefined;
}): ReactNode {
  return (
    <TextField
      param="name"
      label={say('keys.name')}
      hint={say('keys.name.hint')}
      error={error}
      required
      maxLength={64}
      autoFocus
      defaultValue={name}
    />
  );
}
