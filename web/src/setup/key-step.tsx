import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { studioQuery } from '../api/queries.ts';
import type { KeyWithSecret } from '../api/types.ts';
import { NewKeyDialog } from '../keys/new-key-dialog.tsx';
import { SecretDialog } from '../keys/secret-dialog.tsx';
import { say, sayCount } from '../words/say.ts';
import { Step } from './step.tsx';
import '../keys/keys.css';

/** A key for the program that is to order. */
export function KeyStep(): ReactNode {
  const client = useQueryClient();
  const { data } = useQuery(studioQuery);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<KeyWithSecret>();
  const count = data?.keys.length ?? 0;
  return (
    <Step title={say('setup.key')} isDone={count > 0}>
      <p>{say('setup.key.lead')}</p>
      <p>{sayCount('setup.keys', count)}</p>
      <div className="row-of">
        <button type="button" className="button" onClick={() => setMaking(true)}>
          {say('keys.new')}
        </button>
        <Link to="/keys">{say('setup.toKeys')}</Link>
      </div>
      {isMaking && (
        <NewKeyDialog
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMaking(false);
            setMade(key);
            void client.invalidateQueries({ queryKey: studioQuery.queryKey });
            void client.invalidateQueries({ queryKey: ['keys'] });
          }}
        />
      )}
      {made !== undefined && (
        <SecretDialog name={made.name} secret={made.secret} onClose={() => setMade(undefined)} />
      )}
    </Step>
  );
}
