import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { sessionQuery } from '../api/queries.ts';
import { Icon } from '../ui/icons.tsx';
import { Later } from '../ui/later.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { say } from '../words/say.ts';
import { PlaceLink } from './place-link.tsx';
import { places } from './places.ts';
import mark from './plantain.svg';

const storageKey = 'plantain.rail';

/** The menu beside every page. */
export function Frame(): ReactNode {
  const [isNarrow, setNarrow] = useState(() => localStorage.getItem(storageKey) === 'narrow');
  const { data } = useQuery(sessionQuery);
  const path = useLocation({ select: ({ pathname }) => pathname });
  const shown = places.filter(({ isForAdmins }) => !isForAdmins || data?.role === 'admin');
  const fold = (): void => {
    localStorage.setItem(storageKey, isNarrow ? 'wide' : 'narrow');
    setNarrow(!isNarrow);
  };
  return (
    <div className="frame" data-rail={isNarrow ? 'narrow' : 'wide'}>
      <a className="skip visually-hidden" href="#content" onClick={skip}>
        {say('app.skip')}
      </a>
      <nav className="rail" aria-label={say('app.navigation')}>
        <PlaceLink to="/" className="brand">
          <img src={mark} alt="" />
          <span className="word">{say('app.name')}</span>
        </PlaceLink>
        {shown.map(({ to, icon, word }) => (
          <PlaceLink
            key={to}
            to={to}
            className="place"
            title={say(word)}
            isHere={path === to || path.startsWith(`${to}/`)}
          >
            <Icon name={icon} />
            <span className="word">{say(word)}</span>
          </PlaceLink>
        ))}
        <button type="button" className="place fold" onClick={fold}>
          <Icon name={isNarrow ? 'unfold' : 'fold'} />
          <span className="word">{say(isNarrow ? 'app.unfold' : 'app.fold')}</span>
        </button>
      </nav>
      <div className="stage">
        <Later name="page">
          <Outlet />
        </Later>
      </div>
      <Toasts />
    </div>
  );
}

/** With a base address, a plain `#content` would lead to another page. */
function skip(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
