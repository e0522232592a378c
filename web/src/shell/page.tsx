import { type ReactNode, useEffect } from 'react';
import { say } from '../words/say.ts';
import { Bars } from './bars.tsx';
import { TopBar } from './top-bar.tsx';

/** One page: its title in the bar, its name in the tab, and what it shows. */
export function Page({
  title,
  acts,
  children,
}: {
  readonly title: string;
  readonly acts?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  useEffect(() => {
    document.title = `${title} · ${say('app.name')}`;
  }, [title]);
  return (
    <>
      <TopBar title={title} acts={acts} />
      <main className="page" id="content" tabIndex={-1}>
        <Bars />
        {children}
      </main>
    </>
  );
}
