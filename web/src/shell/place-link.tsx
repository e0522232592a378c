import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import { basePath } from '../session/own-path.ts';
import type { Place } from './places.ts';

interface PlaceLinkProps {
  readonly to: Place['to'] | '/';
  readonly className: string;
  readonly title?: string;
  readonly isHere?: boolean;
  readonly children: ReactNode;
}

/** As long as the router waits by itself: a pointer that only passes by means nothing. */
const intentMs = 50;
let intent: ReturnType<typeof setTimeout> | undefined;

/** On a phone the menu goes on beside the screen: where one is has to be seen without a search for it. */
function bringIntoSight(link: HTMLAnchorElement | null): void {
  if (link === null) return;
  // Once the browser has worked out the styles anyway: they alone know from which width on it does.
  requestAnimationFrame(() => {
    if (getComputedStyle(link).getPropertyValue('--goes-on-beside') !== '')
      link.scrollIntoView({ block: 'nearest', inline: 'center' });
  });
}

/**
 * A link of the menu. The router's own works its address out from every filter and parameter there could be, which for ten of
 * them is most of what a slow browser takes to draw the menu for the first time.
 */
export function PlaceLink({ to, className, title, isHere = false, children }: PlaceLinkProps): ReactNode {
  const router = useRouter();
  const go = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ to });
  };
  const forget = (): void => clearTimeout(intent);
  const fetchSoon = (): void => {
    forget();
    // Where it does not come, the router says so when it is gone to.
    intent = setTimeout(() => void router.preloadRoute({ to }).catch(() => undefined), intentMs);
  };
  return (
    <a
      ref={isHere ? bringIntoSight : undefined}
      href={basePath + to.slice(1)}
      className={className}
      title={title}
      aria-current={isHere ? 'page' : undefined}
      onClick={go}
      onMouseEnter={fetchSoon}
      onFocus={fetchSoon}
      onMouseLeave={forget}
    >
      {children}
    </a>
  );
}
