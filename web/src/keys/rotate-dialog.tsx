import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../api/call.ts';
import type { Key, KeyWithSecret } from '../api/types.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { say } from '../words/say.ts';

const overlaps = [
  ['', 'key.rotate.now'],
  ['1h', 'key.rotate.hour'],
  ['1d', 'key.rotate.day'],
  ['7d', 'key.rotate.week'],
] as const;

/** Gives a key another secret. */
export function RotateDialog({
  apiKey,
  onMade,
  onClose,
}: {
  readonly apiKey: Key;
  readonly onMade: (key: KeyWithSecret) => void;
  readonly onClose: () => void;
}): ReactNode {
  const rotate = useMutation({
    mutationFn: (overlap: string) =>
      call<KeyWithSecret>(`/keys/${encodeURIComponent(apiKey.id)}/rotate`, {
        method: 'POST',
        body: overlap === '' ? {} : { overlap },
      }),
    onSuccess: onMade,
  });
  return (
    <FormDialog
      title={say('key.rotate')}
      act={say('key.rotate')}
      isDisabled={rotate.isPending}
      error={rotate.error}
      onSubmit={(form) => {
        const overlap = form.get('overlap');
        if (!rotate.isPending) rotate.mutate(typeof overlap === 'string' ? overlap : '');
      }}
      onClose={onClose}
    >
      <fieldset className="plain">
        <legend>{say('key.rotate.lead')}</legend>
        {overlaps.map(([value, word]) => (
          <label key={value} className="row-of">
            <input type="radio" name="overlap" value={value} defaultChecked={value === '1h'} />
            {say(word)}
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}
