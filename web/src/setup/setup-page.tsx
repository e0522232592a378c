import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { sessionQuery } from '../api/queries.ts';
import { firstOrderCommand } from '../orders/first-order.ts';
import { Page } from '../shell/page.tsx';
import { keyWords } from '../words/key-words.ts';
import { addWords, say } from '../words/say.ts';
import { setupWords } from '../words/setup-words.ts';
import { upstreamWords } from '../words/upstream-words.ts';
import { CommandBlock } from './command-block.tsx';
import { KeyStep } from './key-step.tsx';
import { Step } from './step.tsx';
import { UpstreamStep } from './upstream-step.tsx';
import './setup.css';

addWords(keyWords, setupWords, upstreamWords);

/** What a new server is brought to use with: an upstream, a key, a first picture. Each step may be left for later. */
export function SetupPage(): ReactNode {
  const { data } = useQuery(sessionQuery);
  return (
    <Page title={say('setup.title')}>
      <p className="quiet">{say('setup.lead')}</p>
      <ol className="setup-steps">
        <Step title={say('setup.upstream')} isDone={data?.sandbox === false}>
          <UpstreamStep isSandbox={data?.sandbox === true} />
        </Step>
        <KeyStep />
        <Step title={say('setup.picture')}>
          <p>{say('setup.picture.lead')}</p>
          <CommandBlock text={firstOrderCommand()} label={say('setup.picture.command')} />
        </Step>
      </ol>
      <div className="row-of">
        <Link to="/studio" className="button primary">
          {say('setup.toStudio')}
        </Link>
        <Link to="/orders" className="button">
          {say('app.toOrders')}
        </Link>
      </div>
    </Page>
  );
}
