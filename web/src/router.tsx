import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiError } from './api/call.ts';
import {
  modelsQuery,
  projectsQuery,
  sessionQuery,
  sessionsQuery,
  settingsQuery,
  studioQuery,
  upstreamsQuery,
} from './api/queries.ts';
import { queryClient } from './api/query-client.ts';
import { auditSearch } from './audit/audit-search.ts';
import { keysQuery } from './keys/keys-query.ts';
import { ordersQuery } from './orders/orders-query.ts';
import { ordersSearch } from './orders/orders-search.ts';
import { basePath, isOwnPath } from './session/own-path.ts';
import { knownSession } from './session/sign-in.ts';
import { Fault } from './shell/fault.tsx';
import { Frame } from './shell/frame.tsx';
import { NotFound } from './shell/not-found.tsx';
import { Waiting } from './shell/waiting.tsx';
import { periodOf } from './usage/period-of.ts';
import { usageQuery } from './usage/usage-query.ts';
import { usageSearch } from './usage/usage-search.ts';

/** Shorter than anybody sees. */
const waitMs = 50;

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Fault });

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  component: lazyRouteComponent(() => import('./session/login-page.tsx'), 'LoginPage'),
  validateSearch: (search: Record<string, unknown>): { next?: string; ended?: true } => ({
    ...(isOwnPath(search['next']) && { next: search['next'] }),
    ...(search['ended'] === true && { ended: true }),
  }),
});

/** Where an identity provider sends the browser back to. */
const back = createRoute({
  getParentRoute: () => root,
  path: '/login/oidc',
  component: lazyRouteComponent(() => import('./session/return-page.tsx'), 'ReturnPage'),
});

/** Every page but the login: who is not signed in is sent there, once, and back afterwards. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Frame,
  beforeLoad: async ({ location }) => {
    const session = await knownSession().catch((error: unknown) => {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return undefined;
      throw error;
    });
    if (session !== undefined) return { session };
    const search = location.pathname === '/' ? {} : { next: location.publicHref };
    return redirect({ to: '/login', search, replace: true, throw: true });
  },
});

const pages = [
  createRoute({
    getParentRoute: () => inside,
    path: '/',
    beforeLoad: ({ context }) => {
      const to = 'session' in context && context.session.role === 'viewer' ? '/orders' : '/studio';
      redirect({ to, replace: true, throw: true });
    },
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/studio',
    component: lazyRouteComponent(() => import('./studio/studio-page.tsx'), 'StudioPage'),
    loader: () =>
      isAdmin()
        ? look(queryClient.prefetchQuery(studioQuery), queryClient.prefetchQuery(modelsQuery))
        : undefined,
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/gallery',
    component: lazyRouteComponent(() => import('./studio/gallery-page.tsx'), 'GalleryPage'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/orders',
    validateSearch: ordersSearch,
    component: lazyRouteComponent(() => import('./orders/orders-page.tsx'), 'OrdersPage'),
    loader: ({ location }) =>
      look(
        queryClient.prefetchInfiniteQuery(ordersQuery(ordersSearch(location.search))),
        queryClient.prefetchQuery(modelsQuery),
        queryClient.prefetchQuery(upstreamsQuery),
        ...(isAdmin() ? [queryClient.prefetchQuery(projectsQuery)] : []),
      ),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/orders/$id',
    component: lazyRouteComponent(() => import('./orders/order-page.tsx'), 'OrderPage'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/usage',
    validateSearch: usageSearch,
    component: lazyRouteComponent(() => import('./usage/usage-page.tsx'), 'UsagePage'),
    loader: ({ location }) => {
      const search = usageSearch(location.search);
      const { first, before, zone, by } = periodOf(search);
      return look(
        queryClient.prefetchQuery(usageQuery(first, undefined, by, zone, search.show)),
        queryClient.prefetchQuery(usageQuery(before, first, '', zone)),
      );
    },
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/keys',
    component: lazyRouteComponent(() => import('./keys/keys-page.tsx'), 'KeysPage'),
    loader: () => (isAdmin() ? look(queryClient.prefetchInfiniteQuery(keysQuery(false))) : undefined),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/keys/$id',
    component: lazyRouteComponent(() => import('./keys/key-page.tsx'), 'KeyPage'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/setup',
    component: lazyRouteComponent(() => import('./setup/setup-page.tsx'), 'SetupPage'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/projects',
    component: lazyRouteComponent(() => import('./projects/projects-page.tsx'), 'ProjectsPage'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/projects/$id',
    component: lazyRouteComponent(() => import('./projects/project-page.tsx'), 'ProjectPage'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/audit',
    validateSearch: auditSearch,
    component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/upstreams',
    component: lazyRouteComponent(() => import('./upstreams/upstreams-page.tsx'), 'UpstreamsPage'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/models',
    component: lazyRouteComponent(() => import('./models/models-page.tsx'), 'ModelsPage'),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/settings',
    component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
    loader: () =>
      isAdmin()
        ? look(queryClient.prefetchQuery(settingsQuery), queryClient.prefetchQuery(sessionsQuery))
        : undefined,
  }),
] as const;

/** Viewers are refused some of it; known once the pages below `inside` are loaded. */
function isAdmin(): boolean {
  return queryClient.getQueryData(sessionQuery.queryKey)?.role === 'admin';
}

/** A page whose answers come at once is shown with them; for others it does not wait. */
async function look(...answers: readonly Promise<void>[]): Promise<void> {
  await Promise.race([Promise.all(answers), new Promise((resolve) => setTimeout(resolve, waitMs))]);
}

/** The pages by their addresses, below wherever the console is. */
export const router = createRouter({
  routeTree: root.addChildren([login, back, inside.addChildren(pages)]),
  basepath: basePath,
  // What no page reads out of the address is not handed on to it, above all no foreign place to go to.
  search: { strict: true },
  defaultPreload: 'intent',
  defaultPendingComponent: Waiting,
  defaultErrorComponent: Fault,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
