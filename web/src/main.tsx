import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles/tokens.css';
import './styles/base.css';
import './ui/ui.css';
import './shell/shell.css';
import './session/session.css';
import { queryClient, whenSessionEnds } from './api/query-client.ts';
import { router } from './router.tsx';
import { takeClaim } from './session/claim.ts';
import { leave, whenLeaving } from './session/leave.ts';
import { takeReturn } from './session/provider.ts';
import { forgetSession } from './session/sign-in.ts';
import { applyTheme } from './shell/theme.ts';

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

const place = document.getElementById('root');
await takeClaim();
await takeReturn();
// React holds what follows a fallback back for 300 ms, so the first page is there before anything is drawn.
await router.load();
if (place !== null)
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
