import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { problemText } from '../ui/problem.tsx';
import { say } from '../words/say.ts';
import { goToProvider, providerName } from './provider.ts';

/** Signs in by the identity provider; nothing where there is none. */
export function ProviderButton({
  next,
  word,
}: {
  readonly next: string | undefined;
  readonly word: 'login.oidc' | 'login.again';
}): ReactNode {
  const name = providerName();
  const go = useMutation({ mutationFn: () => goToProvider(next) });
  if (name === undefined) return null;
  return (
    <>
      <button
        type="button"
        className="button primary"
        aria-disabled={go.isPending}
        onClick={() => {
          if (!go.isPending) go.mutate();
        }}
      >
        {say(word, { name })}
      </button>
      <p className="wrong" role="alert">
        {go.error !== null && problemText(go.error)}
      </p>
    </>
  );
}
