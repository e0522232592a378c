import { queryOptions } from '@tanstack/react-query';
import { call, keepCsrf } from './call.ts';
import type {
  Key,
  KeyPage,
  Model,
  OrderWithAttempts,
  Project,
  ProjectPage,
  Session,
  SessionList,
  Setting,
  Studio,
  Upstream,
} from './types.ts';

/** How often a page asks again for what changes by itself. */
const watchEveryMs = 5000;

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const session = await call<Session>('/session', { signal });
    keepCsrf(session.csrf);
    return session;
  },
  staleTime: 30_000,
});

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => call<SessionList>('/sessions', { signal }),
});

export const upstreamsQuery = queryOptions({
  queryKey: ['upstreams'],
  queryFn: ({ signal }) => call<{ data: Upstream[] }>('/upstreams', { signal }),
  refetchInterval: watchEveryMs,
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => call<{ data: Model[] }>('/models', { signal }),
  staleTime: 60_000,
});

export const studioQuery = queryOptions({
  queryKey: ['studio'],
  queryFn: ({ signal }) => call<Studio>('/studio', { signal }),
  staleTime: 30_000,
  // A key that was just made is one to draw as.
  refetchOnMount: 'always',
});

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => call<{ data: Setting[] }>('/config', { signal }),
});

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['orders', 'one', id],
    queryFn: ({ signal }) => call<OrderWithAttempts>(`/orders/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'open' ? 1000 : false),
  });

export const keyQuery = (id: string) =>
  queryOptions({
    queryKey: ['keys', 'one', id],
    queryFn: ({ signal }) => call<Key>(`/keys/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: watchEveryMs,
  });

export const projectsQuery = queryOptions({
  queryKey: ['projects', 'menu'],
  queryFn: ({ signal }) => call<ProjectPage>('/projects', { query: { limit: 100 }, signal }),
});

export const projectQuery = (id: string) =>
  queryOptions({
    queryKey: ['projects', 'one', id],
    queryFn: ({ signal }) => call<Project>(`/projects/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: watchEveryMs,
  });

export const keysOfProjectQuery = (id: string) =>
  queryOptions({
    queryKey: ['keys', 'of', id],
    queryFn: ({ signal }) => call<KeyPage>('/keys', { query: { project: id, limit: 100 }, signal }),
  });
