import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { call } from '../api/call.ts';
import { sessionQuery } from '../api/queries.ts';
import type { Answer } from '../api/types.ts';
import { leave } from '../session/leave.ts';
import { Icon } from '../ui/icons.tsx';
import { formatMoment } from '../words/format.ts';
import { say, sayValue } from '../words/say.ts';
import { allThemes, chosenTheme, chooseTheme, type Theme } from './theme.ts';

/** Who is signed in, the colours, and the way out. */
export function AccountMenu(): ReactNode {
  const id = useId();
  const { data } = useQuery(sessionQuery);
  const [isOpen, setOpen] = useState(false);
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  const signOut = useMutation({
    mutationFn: () => call<Answer<'SignedOut'>>('/session', { method: 'DELETE' }),
    onSettled: (answer) => {
      leave();
      const elsewhere = answer?.sign_out_url ?? null;
      if (elsewhere !== null) location.assign(elsewhere);
    },
  });
  return (
    <>
      <button
        type="button"
        className="button bare icon-only"
        popoverTarget={id}
        aria-label={say('app.account')}
        title={say('app.account')}
      >
        <Icon name="account" />
      </button>
      <div
        id={id}
        popover="auto"
        className="popover menu"
        onBeforeToggle={({ newState }) => setOpen(newState === 'open')}
      >
        {isOpen && (
          <>
            <div className="who">
              <strong>{sayValue('role', data?.role ?? '')}</strong>
              <p className="small">{data?.name}</p>
              {typeof data?.expires_at === 'string' && (
                <p className="small quiet">{say('account.until', { time: formatMoment(data.expires_at) })}</p>
              )}
            </div>
            <fieldset>
              <legend>{say('theme.title')}</legend>
              {allThemes.map((one) => (
                <label key={one}>
                  <input
                    type="radio"
                    name={`${id}-theme`}
                    checked={theme === one}
                    onChange={() => {
                      chooseTheme(one);
                      setTheme(one);
                    }}
                  />
                  {sayValue('theme', one)}
                </label>
              ))}
            </fieldset>
            <button type="button" className="button" onClick={() => signOut.mutate()}>
              {say('account.signOut')}
            </button>
          </>
        )}
      </div>
    </>
  );
}
