import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../api/call.ts';
import { queryClient } from '../api/query-client.ts';
import { sessionsQuery, settingsQuery } from '../api/queries.ts';
import type { Reloaded } from '../api/types.ts';
import { Page } from '../shell/page.tsx';
import { Later } from '../ui/later.tsx';
import { Problem, problemText } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { tell } from '../ui/toasts.tsx';
import { addWords, say } from '../words/say.ts';
import { settingWords } from '../words/setting-words.ts';
import { SessionTable } from './session-table.tsx';
import { SettingTable } from './setting-table.tsx';
import './settings.css';

addWords(settingWords);

/** What is in force and where it came from, and who is signed in. Nothing is changed here but that. */
export function SettingsPage(): ReactNode {
  const { data, error, refetch } = useQuery(settingsQuery);
  const sessions = useQuery(sessionsQuery);
  const [wanted, setWanted] = useState('');
  const [isChangedOnly, setChangedOnly] = useState(false);
  const reload = useMutation({
    mutationFn: () => call<Reloaded>('/reload', { method: 'POST' }),
    onSuccess: ({ changed, waiting }) => {
      if (changed.length + waiting.length === 0) tell(say('settings.reloaded.none'));
      if (changed.length > 0) tell(say('settings.reloaded', { names: changed.join(', ') }));
      if (waiting.length > 0) tell(say('settings.waiting', { names: waiting.join(', ') }));
      void queryClient.invalidateQueries();
    },
    onError: (problem) => tell(problemText(problem), true),
  });
  const rows = (data?.data ?? []).filter(
    ({ name, description, origin }) =>
      `${name} ${description}`.toLowerCase().includes(wanted.trim().toLowerCase()) &&
      !(isChangedOnly && origin === 'default'),
  );
  // Both at once: what came later would move what is there.
  const isThere =
    (data !== undefined || error !== null) && (sessions.data !== undefined || sessions.error !== null);
  const [wasThere, setThere] = useState(false);
  if (isThere && !wasThere) setThere(true);
  if (!wasThere)
    return (
      <Page title={say('settings.title')}>
        <Skeleton blockSize="32rem" />
      </Page>
    );
  return (
    <Page title={say('settings.title')}>
      <SessionTable />
      <p className="quiet">{say('settings.lead')}</p>
      <div className="row-of">
        <input
          className="input find"
          type="search"
          aria-label={say('settings.search')}
          placeholder={say('settings.search')}
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
        <label className="row-of">
          <input type="checkbox" checked={isChangedOnly} onChange={() => setChangedOnly(!isChangedOnly)} />
          {say('settings.changed')}
        </label>
        <button type="button" className="button" onClick={() => reload.mutate()}>
          {say('settings.reload')}
        </button>
      </div>
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {data !== undefined &&
        (rows.length === 0 ? (
          <p>{say('settings.none')}</p>
        ) : (
          <Later name="settings">
            <SettingTable rows={rows} />
          </Later>
        ))}
    </Page>
  );
}
