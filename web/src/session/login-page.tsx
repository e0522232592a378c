import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import mark from '../shell/plantain.svg';
import { problemText } from '../ui/problem.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { loginWords } from '../words/login-words.ts';
import { addWords, say } from '../words/say.ts';
import { claimProblem } from './claim.ts';
import { ProviderButton } from './provider-button.tsx';
import { signIn } from './sign-in.ts';

addWords(loginWords);

const route = getRouteApi('/login');
const command = 'plantain admin secret';

/** Where one who has the admin secret comes in. */
export function LoginPage(): ReactNode {
  const { next, ended } = route.useSearch();
  const router = useRouter();
  const [isShown, setShown] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = `${say('login.title')} · ${say('app.name')}`;
  }, []);
  const login = useMutation({
    mutationFn: (secret: string) => signIn({ secret }),
    onSuccess: () => (next === undefined ? router.navigate({ to: '/' }) : router.history.push(next)),
    onError: () => field.current?.select(),
  });
  const problem = login.error ?? claimProblem();
  return (
    <main className="login" id="content">
      <form
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          login.mutate(field.current?.value.trim() ?? '');
        }}
      >
        <img src={mark} alt="" width="40" height="40" />
        <h1>{say('login.title')}</h1>
        <p className="quiet">{ended === true ? say('login.ended') : say('login.lead')}</p>
        <ProviderButton next={next} word="login.oidc" />
        <div className="field">
          <label htmlFor="secret">{say('login.secret')}</label>
          <input
            ref={field}
            id="secret"
            className="input"
            type={isShown ? 'text' : 'password'}
            autoComplete="current-password"
            spellCheck={false}
            required
            aria-invalid={problem !== null}
            aria-describedby="secret-hint secret-problem"
          />
          <label className="row-of small">
            <input type="checkbox" checked={isShown} onChange={() => setShown(!isShown)} />
            {say('login.show')}
          </label>
          <p className="wrong" id="secret-problem" role="alert">
            {problem !== null && problemText(problem)}
          </p>
        </div>
        <button type="submit" className="button primary" aria-disabled={login.isPending}>
          {say('login.submit')}
        </button>
        <div className="stack hint-block" id="secret-hint">
          <p className="small quiet">{say('login.hint')}</p>
          <div className="row-of">
            <code className="grow">{command}</code>
            <CopyButton text={command} isBare />
          </div>
        </div>
      </form>
    </main>
  );
}
