import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient, whenSessionEnds } from './api/query-client.ts';
import { pause } from './pause.ts';
import { router } from './router.tsx';
import { takeClaim } from './session/claim.ts';
import { leave, whenLeaving } from './session/leave.ts';
import { takeReturn } from './session/provider.ts';
import { forgetSession } from './session/sign-in.ts';
import { applyTheme } from './shell/theme.ts';

/** Signs in whoever came by a link, waits for the page that is wanted, and draws it. */
export async function start(): Promise<void> {
  applyTheme();
  whenLeaving((ended) => {
    const { publicHref, pathname } = router.latestLocation;
    forgetSession();
    if (pathname.startsWith('/login')) return;
    void router.navigate({
      to: '/login',
      search: ended ? { next: publicHref, ended: true } : {},
      replace: true,
    });
  });
  whenSessionEnds(() => leave(true));
  fetchPage();
  await takeClaim();
  await takeReturn();
  // The first page is there before anything is drawn: what waits for it would be drawn first, and then again.
  await router.load();
  // What drawing takes is a task of its own.
  await pause();
  const place = document.getElementById('root');
  if (place !== null)
    createRoot(place).render(
      <StrictMode>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </StrictMode>,
    );
}

/** The page that is wanted comes while the server is asked who is signed in, which the router would wait for. */
function fetchPage(): void {
  const [routes] = router.getMatchedRoutes(router.latestLocation.pathname);
  // Where one does not come, the router says so.
  for (const route of routes) router.loadRouteChunk(route)?.catch(() => undefined);
}
