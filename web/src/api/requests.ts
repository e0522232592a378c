/** The admin API, beside the console's own path whatever a proxy has put before both. */
const root = new URL('../admin/v1', document.baseURI).href;

type Query = Readonly<Record<string, string | number | undefined>>;

/** What is asked of the admin API. */
export interface Request {
  readonly path: string;
  readonly query?: Query;
}

export const getHeaders = { accept: 'application/json' };

/** Where something of the admin API is. */
export function addressOf(path: string, query: Query = {}): string {
  const url = new URL(`${root}${path}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  return url.href;
}

// What several pages ask for, or one asks for before its own script is there.

export const askSession: Request = { path: '/session' };
export const askModels: Request = { path: '/models' };
export const askUpstreams: Request = { path: '/upstreams' };
export const askStudio: Request = { path: '/studio' };
export const askSettings: Request = { path: '/config' };
export const askSessions: Request = { path: '/sessions' };
/** Of that very name, among all there are. */
export const askProjectsNamed = (name: string): Request => ({
  path: '/projects',
  query: { name, limit: 12 },
});
export const askProjects: Request = { path: '/projects', query: { limit: 100 } };

export const askOrders = (filters: Query, before?: string): Request => ({
  path: '/orders',
  query: { ...filters, before, limit: 50 },
});

/** Keys that work, or may again. */
const current = 'live,disabled';

export const askKeys = (isWithEnded: boolean, before?: string): Request => ({
  path: '/keys',
  query: { state: isWithEnded ? undefined : current, before, limit: 50 },
});

export const askYoungestKeys: Request = { path: '/keys', query: { state: current, limit: 100 } };
export const askKeysNamed = (name: string): Request => ({
  path: '/keys',
  query: { name, state: current, limit: 12 },
});

export const askUsage = (
  from: string,
  to: string | undefined,
  by: string,
  zone: string,
  top: Query = {},
): Request => ({ path: '/usage', query: { from, to, by, time_zone: zone, ...top } });

export const askOrder = (id: string): Request => ({ path: `/orders/${encodeURIComponent(id)}` });
export const askKey = (id: string): Request => ({ path: `/keys/${encodeURIComponent(id)}` });
export const askProject = (id: string): Request => ({ path: `/projects/${encodeURIComponent(id)}` });
