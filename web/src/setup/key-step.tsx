import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { studioQuery } from '../api/queries.ts';
import { useNewKey } from '../keys/use-new-key.tsx';
import { say, sayCount } from '../words/say.ts';
import { Step } from './step.tsx';
import '../keys/keys.css';

/** A key for the program that is to order. */
export function KeyStep(): ReactNode {
  const { data } = useQuery(studioQuery);
  const { ask, dialogs } = useNewKey();
  const count = data?.keys.length ?? 0;
  return (
    <Step title={say('setup.key')} isDone={count > 0}>
      <p>{say('setup.key.lead')}</p>
      <p>{sayCount('setup.keys', count)}</p>
      <div className="row-of">
        <button type="button" className="button" onClick={ask}>
          {say('keys.new')}
        </button>
        <Link to="/keys">{say('setup.toKeys')}</Link>
      </div>
      {dialogs}
    </Step>
  );
}
