import {
  askKey,
  askKeys,
  askModels,
  askOrder,
  askOrders,
  askProject,
  askProjects,
  askSession,
  askSessions,
  askSettings,
  askStudio,
  askUpstreams,
  askUsage,
  type Request,
} from './api/requests.ts';
import type { KnownRole } from './session/known-role.ts';
import { periodOf } from './usage/period-of.ts';

/**
 * What the page of an address asks first, told before any of its script is there. Of addresses without filters alone, which
 * the router reads. What is left out here the page asks by itself, a little later; what is asked here in vain costs an answer.
 */
export function firstRequests(path: string, role: KnownRole): readonly Request[] {
  const [place = '', id] = path.split('/').map(decodeURIComponent);
  const isAdmin = role === 'admin';
  const home = isAdmin ? 'studio' : 'orders';
  return [
    askSession,
    ...(id === undefined ? ofPlace(place === '' ? home : place, isAdmin) : ofOne(place, id)),
  ];
}

function ofPlace(place: string, isAdmin: boolean): readonly Request[] {
  switch (place) {
    case 'studio':
      return isAdmin ? [askStudio, askModels] : [];
    case 'orders':
      return [askOrders({}), askModels, askUpstreams, ...(isAdmin ? [askProjects] : [])];
    case 'usage': {
      const { first, before, zone } = periodOf({});
      return [askUsage(first, undefined, 'day', zone), askUsage(before, first, '', zone)];
    }
    case 'keys':
      return isAdmin ? [askKeys(false)] : [];
    case 'upstreams':
      return [askUpstreams];
    case 'models':
      return [askModels];
    case 'settings':
      return isAdmin ? [askSettings, askSessions] : [];
    default:
      return [];
  }
}

function ofOne(place: string, id: string): readonly Request[] {
  const ask = { orders: askOrder, keys: askKey, projects: askProject }[place];
  return ask === undefined ? [] : [ask(id)];
}
