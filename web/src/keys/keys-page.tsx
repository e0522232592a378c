import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Page } from '../shell/page.tsx';
import { Empty } from '../ui/empty.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { keyWords } from '../words/key-words.ts';
import { addWords, say } from '../words/say.ts';
import { KeyTable } from './key-table.tsx';
import { keysQuery } from './keys-query.ts';
import { useNewKey } from './use-new-key.tsx';
import './keys.css';

addWords(keyWords);

/** Every key with what it has used, and the way to a new one. */
export function KeysPage(): ReactNode {
  const [showsEnded, setShowsEnded] = useState(false);
  const { ask, dialogs } = useNewKey();
  const list = useInfiniteQuery(keysQuery(showsEnded));
  const keys = list.data?.pages.flatMap(({ data }) => data);
  const newKey = (
    <button type="button" className="button primary" onClick={ask}>
      {say('keys.new')}
    </button>
  );
  return (
    <Page title={say('keys.title')} acts={keys?.length === 0 ? undefined : newKey}>
      <label className="row-of">
        <input type="checkbox" checked={showsEnded} onChange={() => setShowsEnded(!showsEnded)} />
        {say('keys.showEnded')}
      </label>
      {list.error !== null && <Problem error={list.error} retry={() => void list.refetch()} />}
      {keys === undefined && list.error === null && <Skeleton blockSize="16rem" />}
      {keys?.length === 0 && (
        <Empty title={say('keys.empty')} lead={say('keys.empty.lead')}>
          {newKey}
        </Empty>
      )}
      {keys !== undefined && keys.length > 0 && <KeyTable keys={keys} />}
      {list.hasNextPage && (
        <button type="button" className="button more" onClick={() => void list.fetchNextPage()}>
          {say('app.more')}
        </button>
      )}
      {dialogs}
    </Page>
  );
}
