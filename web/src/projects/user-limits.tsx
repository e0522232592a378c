import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Project } from '../api/types.ts';
import { AllowanceDialog } from '../keys/allowance-dialog.tsx';
import { SetLimits } from '../keys/limit-bar.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { formText } from '../ui/form-text.ts';
import { TextField } from '../ui/text-field.tsx';
import { tell } from '../ui/toasts.tsx';
import { say } from '../words/say.ts';

/** Of whom limits are set: everybody who has none of their own, or one, whose name is asked for first. */
type Asking = { readonly kind: 'users' } | { readonly kind: 'user'; readonly name?: string };

/** What each end user of a project may use, and single ones. Only what stands for their names is kept, so they are looked up. */
export function UserLimits({ project }: { readonly project: Project }): ReactNode {
  const client = useQueryClient();
  const [asking, setAsking] = useState<Asking>();
  const name = asking?.kind === 'user' ? asking.name : undefined;
  const isLive = project.state === 'live';
  const close = (): void => setAsking(undefined);
  return (
    <section className="card stack">
      <div className="row-of spread">
        <h2>{say('limits.users')}</h2>
        <Link to="/usage" search={{ split: 'user' }}>
          {say('limits.users.usage')}
        </Link>
      </div>
      <p className="quiet">{say('limits.users.lead')}</p>
      <SetLimits of={{ limits: project.user_limits, usage: {} }} />
      {isLive && (
        <div className="row-of">
          <button type="button" className="button" onClick={() => setAsking({ kind: 'users' })}>
            {say('limits.users.each')}
          </button>
          <button type="button" className="button" onClick={() => setAsking({ kind: 'user' })}>
            {say('limits.user.act')}
          </button>
        </div>
      )}
      {asking?.kind === 'user' && name === undefined && (
        <FormDialog
          title={say('limits.user.act')}
          act={say('app.next')}
          isDisabled={false}
          error={null}
          onSubmit={(form) => setAsking({ kind: 'user', name: formText(form, 'user') })}
          onClose={close}
        >
          <TextField
            param="user"
            label={say('limits.user')}
            hint={say('limits.user.hint')}
            error={null}
            required
            maxLength={256}
            autoFocus
            spellCheck={false}
          />
        </FormDialog>
      )}
      {asking !== undefined && (asking.kind === 'users' || name !== undefined) && (
        <AllowanceDialog
          title={name === undefined ? say('limits.users.each') : say('limits.of', { name })}
          lead={say(name === undefined ? 'limits.users.each.lead' : 'limits.user.lead')}
          address={{ project: project.id, ...(name === undefined ? { users: 'true' } : { user: name }) }}
          onClose={close}
          onSaved={() => {
            tell(say('key.saved', { name: name ?? say('limits.users') }));
            close();
            void client.invalidateQueries({ queryKey: ['projects'] });
          }}
        />
      )}
    </section>
  );
}
