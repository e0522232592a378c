import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../api/call.ts';
import type { Project } from '../api/types.ts';
import { LimitsDialog } from '../keys/limits-dialog.tsx';
import { AskNameDialog } from '../ui/ask-name-dialog.tsx';
import { tell } from '../ui/toasts.tsx';
import { say } from '../words/say.ts';
import { ProjectDialog } from './project-dialog.tsx';

/** What can be done with a project that is not archived. */
export function ProjectActs({ project }: { readonly project: Project }): ReactNode {
  const client = useQueryClient();
  const [asking, setAsking] = useState<'limits' | 'edit' | 'new keys' | 'archive'>();
  const { name, id, state, limits } = project;
  const path = `/projects/${encodeURIComponent(id)}`;
  const close = (): void => setAsking(undefined);
  const done = (told: string): void => {
    close();
    tell(told);
    void client.invalidateQueries({ queryKey: ['projects'] });
    void client.invalidateQueries({ queryKey: ['keys'] });
  };
  if (state === 'archived') return null;
  return (
    <>
      <div className="row-of">
        <button type="button" className="button primary" onClick={() => setAsking('limits')}>
          {say('key.limits.edit')}
        </button>
        <button type="button" className="button" onClick={() => setAsking('edit')}>
          {say('project.edit')}
        </button>
        <button type="button" className="button" onClick={() => setAsking('new keys')}>
          {say('project.newKeys')}
        </button>
        <button type="button" className="button danger" onClick={() => setAsking('archive')}>
          {say('project.archive')}
        </button>
      </div>
      {asking === 'limits' && (
        <LimitsDialog
          limits={limits}
          alertAt={project.alert_at}
          save={(changes) => call(path, { method: 'PATCH', body: changes })}
          onClose={close}
          onSaved={() => done(say('key.saved', { name }))}
        />
      )}
      {asking === 'edit' && (
        <ProjectDialog
          project={project}
          onClose={close}
          onSaved={(saved) => done(say('project.saved', { name: saved.name }))}
        />
      )}
      {asking === 'new keys' && (
        <LimitsDialog
          title={say('project.newKeys')}
          lead={say('project.newKeys.lead')}
          limits={project.key_limits}
          at="key_limits."
          save={({ limits: begin }) => call(path, { method: 'PATCH', body: { key_limits: begin } })}
          onClose={close}
          onSaved={() => done(say('project.saved', { name }))}
        />
      )}
      {asking === 'archive' && (
        <AskNameDialog
          title={say('project.archive')}
          lead={say('project.archive.lead')}
          name={name}
          act={() => call(`${path}/archive`, { method: 'POST', body: {} })}
          onClose={close}
          onDone={() => done(say('project.archived', { name }))}
        />
      )}
    </>
  );
}
