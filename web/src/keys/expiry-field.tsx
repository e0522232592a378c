import type { ReactNode } from 'react';
import { TextField } from '../ui/text-field.tsx';
import { say } from '../words/say.ts';
import { momentField } from './key-patch.ts';

/** Until when a key works, to the minute. */
export function ExpiryField({
  error,
  expiresAt = null,
}: {
  readonly error: unknown;
  readonly expiresAt?: string | null;
}): ReactNode {
  return (
    <TextField
      param="expires_at"
      label={say('key.expires.field')}
      hint={say('key.expires.hint')}
      error={error}
      type="datetime-local"
      defaultValue={momentField(expiresAt)}
    />
  );
}
