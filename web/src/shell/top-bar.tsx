import { type ReactNode, useState } from 'react';
import { Icon } from '../ui/icons.tsx';
import { say } from '../words/say.ts';
import { AccountMenu } from './account-menu.tsx';
import { Palette, useShortcut } from './palette.tsx';

/** The title of the page, the search, and who is signed in. */
export function TopBar({ title, acts }: { readonly title: string; readonly acts: ReactNode }): ReactNode {
  const [isSearching, setSearching] = useState(false);
  useShortcut('k', () => setSearching(true));
  return (
    <>
      <header className="top">
        <h1>{title}</h1>
        {acts}
        <button type="button" className="button bare" onClick={() => setSearching(true)}>
          <Icon name="search" />
          <span className="wide-only">{say('app.search')}</span>
          <kbd className="wide-only">Ctrl K</kbd>
          <span className="visually-hidden narrow-word">{say('app.search')}</span>
        </button>
        <AccountMenu />
      </header>
      {isSearching && <Palette onClose={() => setSearching(false)} />}
    </>
  );
}
