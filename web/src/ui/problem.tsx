import type { ReactNode } from 'react';
import { ApiError } from '../api/call.ts';
import { say } from '../words/say.ts';

/** What went wrong, in words for the one who reads them. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return say('error.network');
  if (error.status >= 500 && error.code === 'internal_error')
    return say('error.internal', { id: error.requestId ?? say('app.none') });
  return error.message;
}

/** That something did not work, with the one thing that can be done about it. */
export function Problem({
  error,
  retry,
}: {
  readonly error: unknown;
  readonly retry?: () => void;
}): ReactNode {
  return (
    <div className="notice bad" role="alert">
      <p className="grow">{problemText(error)}</p>
      {retry !== undefined && (
        <button type="button" className="button" onClick={retry}>
          {say('app.retry')}
        </button>
      )}
    </div>
  );
}
