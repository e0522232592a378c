import { queryOptions } from '@tanstack/react-query';
import { pause } from '../pause.ts';
import { ask, call, keepCsrf } from './call.ts';
import {
  askKey,
  askKeysNamed,
  askModels,
  askOrder,
  askProject,
  askProjects,
  askProjectsNamed,
  askSession,
  askSessions,
  askSettings,
  askStudio,
  askUpstreams,
  askYoungestKeys,
  type Request,
} from './requests.ts';
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

/** Whoever types on is faster. */
const betweenLettersMs = 250;

/** How often a page asks again for what changes by itself. */
const watchEveryMs = 5000;

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const session = await ask<Session>(askSession, signal);
    keepCsrf(session.csrf);
    return session;
  },
  staleTime: 30_000,
});

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => ask<SessionList>(askSessions, signal),
});

export const upstreamsQuery = queryOptions({
  queryKey: ['upstreams'],
  queryFn: ({ signal }) => ask<{ data: Upstream[] }>(askUpstreams, signal),
  refetchInterval: watchEveryMs,
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => ask<{ data: Model[] }>(askModels, signal),
  staleTime: 60_000,
});

export const studioQuery = queryOptions({
  queryKey: ['studio'],
  queryFn: ({ signal }) => ask<Studio>(askStudio, signal),
  // A key that was just made is one to draw as.
  staleTime: 2000,
});

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => ask<{ data: Setting[] }>(askSettings, signal),
});

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['orders', 'one', id],
    queryFn: ({ signal }) => ask<OrderWithAttempts>(askOrder(id), signal),
    refetchInterval: ({ state }) => (state.data?.status === 'open' ? 1000 : false),
  });

export const keyQuery = (id: string) =>
  queryOptions({
    queryKey: ['keys', 'one', id],
    queryFn: ({ signal }) => ask<Key>(askKey(id), signal),
    refetchInterval: watchEveryMs,
  });

export const youngestKeysQuery = queryOptions({
  queryKey: ['keys', 'youngest'],
  queryFn: ({ signal }) => ask<KeyPage>(askYoungestKeys, signal),
});

export const keysNamedQuery = (name: string) =>
  queryOptions({
    queryKey: ['keys', 'named', name],
    queryFn: ({ signal }) => askWhenTyped<KeyPage>(askKeysNamed(name), signal),
  });

export const projectsNamedQuery = (name: string) =>
  queryOptions({
    queryKey: ['projects', 'named', name],
    queryFn: ({ signal }) => askWhenTyped<ProjectPage>(askProjectsNamed(name), signal),
  });

async function askWhenTyped<Answer>(request: Request, signal: AbortSignal): Promise<Answer> {
  await pause(betweenLettersMs);
  // Another letter was typed meanwhile.
  signal.throwIfAborted();
  return ask<Answer>(request, signal);
}

export const projectsQuery = queryOptions({
  queryKey: ['projects', 'menu'],
  queryFn: ({ signal }) => ask<ProjectPage>(askProjects, signal),
});

export const projectQuery = (id: string) =>
  queryOptions({
    queryKey: ['projects', 'one', id],
    queryFn: ({ signal }) => ask<Project>(askProject(id), signal),
    refetchInterval: watchEveryMs,
  });

export const keysOfProjectQuery = (id: string) =>
  queryOptions({
    queryKey: ['keys', 'of', id],
    queryFn: ({ signal }) => call<KeyPage>('/keys', { query: { project: id, limit: 100 }, signal }),
  });
