import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../api/call.ts';
import type { Key, KeyWithSecret } from '../api/types.ts';
import { AskNameDialog } from '../ui/ask-name-dialog.tsx';
import { problemText } from '../ui/problem.tsx';
import { tell } from '../ui/toasts.tsx';
import { say } from '../words/say.ts';
import { KeyDialog } from './key-dialog.tsx';
import { LimitsDialog } from './limits-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';

type Asking = 'edit' | 'limits' | 'rotate' | 'revoke';

/** What can be done with a key that is not gone. */
export function KeyActs({ apiKey }: { readonly apiKey: Key }): ReactNode {
  const client = useQueryClient();
  const [asking, setAsking] = useState<Asking>();
  const [made, setMade] = useState<KeyWithSecret>();
  const { id, name, state } = apiKey;
  const path = `/keys/${encodeURIComponent(id)}`;
  const refresh = (): void => void client.invalidateQueries({ queryKey: ['keys'] });
  const close = (): void => setAsking(undefined);
  const pause = useMutation({
    mutationFn: (disabled: boolean) => call(path, { method: 'PATCH', body: { disabled } }),
    onSuccess: (_answer, disabled) => {
      tell(say(disabled ? 'key.disabled' : 'key.enabled', { name }));
      refresh();
    },
    onError: (error) => tell(problemText(error), true),
  });
  if (state === 'revoked') return null;
  return (
    <>
      <div className="row-of">
        <button type="button" className="button primary" onClick={() => setAsking('limits')}>
          {say('key.limits.edit')}
        </button>
        <button type="button" className="button" onClick={() => setAsking('edit')}>
          {say('key.edit')}
        </button>
        <button type="button" className="button" onClick={() => setAsking('rotate')}>
          {say('key.rotate')}
        </button>
        <button type="button" className="button" onClick={() => pause.mutate(state !== 'disabled')}>
          {say(state === 'disabled' ? 'key.enable' : 'key.disable')}
        </button>
        <button type="button" className="button danger" onClick={() => setAsking('revoke')}>
          {say('key.revoke')}
        </button>
      </div>
      {asking === 'edit' && (
        <KeyDialog
          apiKey={apiKey}
          onClose={close}
          onSaved={(saved) => {
            close();
            tell(say('key.changed', { name: saved.name }));
            refresh();
          }}
        />
      )}
      {asking === 'limits' && (
        <LimitsDialog
          limits={apiKey.limits}
          alertAt={apiKey.alert_at}
          save={(changes) => call(path, { method: 'PATCH', body: changes })}
          onClose={close}
          onSaved={() => {
            close();
            tell(say('key.saved', { name }));
            refresh();
          }}
        />
      )}
      {asking === 'rotate' && (
        <RotateDialog
          apiKey={apiKey}
          onClose={close}
          onMade={(key) => {
            close();
            setMade(key);
            refresh();
          }}
        />
      )}
      {asking === 'revoke' && (
        <AskNameDialog
          title={say('key.revoke')}
          lead={say('key.revoke.lead')}
          name={name}
          act={() => call(path, { method: 'DELETE' })}
          onClose={close}
          onDone={() => {
            close();
            tell(say('key.revoked', { name }));
            refresh();
          }}
        />
      )}
      {made !== undefined && (
        <SecretDialog name={name} secret={made.secret} onClose={() => setMade(undefined)} />
      )}
    </>
  );
}
