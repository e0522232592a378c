import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useSyncExternalStore } from 'react';
import { sessionQuery } from '../api/queries.ts';
import { say } from '../words/say.ts';

/** What holds for the whole server and should not be overlooked. */
export function Bars(): ReactNode {
  const { data } = useQuery(sessionQuery);
  const isOnline = useSyncExternalStore(watchNetwork, () => navigator.onLine);
  return (
    <div className="bars">
      {!isOnline && <p className="notice bad">{say('bar.offline')}</p>}
      {data?.insecure === true && <p className="notice odd">{say('bar.insecure')}</p>}
      {data?.sandbox === true && (
        <p className="notice">
          {say('bar.sandbox')} {data.role === 'admin' && <Link to="/setup">{say('bar.sandbox.act')}</Link>}
        </p>
      )}
      {data?.role === 'viewer' && <p className="notice">{say('bar.viewer')}</p>}
    </div>
  );
}

function watchNetwork(tell: () => void): () => void {
  addEventListener('online', tell);
  addEventListener('offline', tell);
  return () => {
    removeEventListener('online', tell);
    removeEventListener('offline', tell);
  };
}
