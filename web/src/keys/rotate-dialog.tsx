import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../api/call.ts';
import type { Key, KeyWithSecret } from '../api/types.ts';
import { Modal } from '../ui/modal.tsx';
import { Problem } from '../ui/problem.tsx';
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
    <Modal label={say('key.rotate')} className="form-dialog" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const overlap = new FormData(event.currentTarget).get('overlap');
          if (!rotate.isPending) rotate.mutate(typeof overlap === 'string' ? overlap : '');
        }}
      >
        <h2>{say('key.rotate')}</h2>
        <fieldset className="plain">
          <legend>{say('key.rotate.lead')}</legend>
          {overlaps.map(([value, word]) => (
            <label key={value} className="row-of">
              <input type="radio" name="overlap" value={value} defaultChecked={value === '1h'} />
              {say(word)}
            </label>
          ))}
        </fieldset>
        {rotate.error !== null && <Problem error={rotate.error} />}
        <div className="row-of">
          <button type="submit" className="button primary" aria-disabled={rotate.isPending}>
            {say('key.rotate')}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {say('app.cancel')}
          </button>
        </div>
      </form>
    </Modal>
  );
}
