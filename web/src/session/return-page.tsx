import { Link, Navigate } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import mark from '../shell/plantain.svg';
import { problemText } from '../ui/problem.tsx';
import { loginWords } from '../words/login-words.ts';
import { addWords, say } from '../words/say.ts';
import { outcomeOfReturn } from './provider.ts';
import { ProviderButton } from './provider-button.tsx';

addWords(loginWords);

/**
 * Where the identity provider sends the browser back to: what went wrong and its cure. One who is signed in is at the page
 * that was wanted by now.
 */
export function ReturnPage(): ReactNode {
  const { problem, next } = outcomeOfReturn();
  useEffect(() => {
    document.title = `${say('login.title')} · ${say('app.name')}`;
  }, []);
  if (problem === null) return <Navigate to="/" replace />;
  return (
    <main className="login" id="content">
      <div className="card stack">
        <img src={mark} alt="" width="40" height="40" />
        <h1>{say('login.failed')}</h1>
        <p className="wrong" role="alert">
          {problemText(problem)}
        </p>
        <ProviderButton next={next ?? undefined} word="login.again" />
        <Link to="/login">{say('login.bySecret')}</Link>
      </div>
    </main>
  );
}
