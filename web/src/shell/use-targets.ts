import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import {
  keysNamedQuery,
  modelsQuery,
  projectsNamedQuery,
  projectsQuery,
  sessionQuery,
  upstreamsQuery,
  youngestKeysQuery,
} from '../api/queries.ts';
import type { IconName } from '../ui/icons.tsx';
import { modelTitle } from '../words/model-title.ts';
import { say } from '../words/say.ts';
import { places } from './places.ts';

/** Where the palette leads. */
export interface Target {
  readonly id: string;
  readonly icon: IconName;
  readonly text: string;
  readonly href: string;
}

const mostShown = 12;

/**
 * What has the text in its name, or the order of that id. Keys and projects are an admin's, and asked for once something
 * is typed: part of a name finds the hundred youngest, the whole of it every one.
 */
export function useTargets(text: string): {
  readonly found: readonly Target[];
  readonly isForAdmins: boolean;
  /** More may be found yet. */
  readonly isLooking: boolean;
} {
  const router = useRouter();
  const typed = text.trim();
  const wanted = typed.toLowerCase();
  const isForAdmins = useQuery(sessionQuery).data?.role === 'admin';
  const upstreams = useQuery({ ...upstreamsQuery, refetchInterval: false });
  const models = useQuery(modelsQuery);
  const enabled = isForAdmins && wanted !== '';
  const projects = useQuery({ ...projectsQuery, enabled });
  const youngest = useQuery({ ...youngestKeysQuery, enabled });
  const hasMore = (page: { readonly next: string | null } | undefined): boolean =>
    typeof page?.next === 'string';
  const named = useQuery({ ...keysNamedQuery(typed), enabled: enabled && hasMore(youngest.data) });
  const projectsNamed = useQuery({
    ...projectsNamedQuery(typed),
    enabled: enabled && hasMore(projects.data),
  });
  const hrefOf = (to: string, id = ''): string => `${router.basepath.replace(/\/$/, '')}${to}${id}`;
  const orderId = /^req_[0-9a-z]+$/i.exec(typed)?.[0];
  if (orderId !== undefined)
    return {
      found: [
        {
          id: 'order',
          icon: 'orders',
          text: say('palette.order', { id: orderId }),
          href: hrefOf('/orders/', orderId),
        },
      ],
      isForAdmins,
      isLooking: false,
    };
  const keys = [...(youngest.data?.data ?? []), ...(named.data?.data ?? [])];
  const all: Target[] = [
    ...places
      .filter((place) => !place.isForAdmins || isForAdmins)
      .map(({ to, icon, word }) => ({ id: to.slice(1), icon, text: say(word), href: hrefOf(to) })),
    ...(upstreams.data?.data ?? []).map(({ name }) => ({
      id: `upstream-${name}`,
      icon: 'upstreams' as const,
      text: say('palette.upstream', { name }),
      href: hrefOf('/orders', `?upstream=${encodeURIComponent(name)}`),
    })),
    ...(models.data?.data ?? []).map((model, _at, known) => ({
      id: `model-${model.id}`,
      icon: 'models' as const,
      text: say('palette.model', { name: modelTitle(model, known) }),
      href: hrefOf('/models', `#${encodeURIComponent(model.id)}`),
    })),
    ...unlike([...(projects.data?.data ?? []), ...(projectsNamed.data?.data ?? [])]).map(({ id, name }) => ({
      id,
      icon: 'projects' as const,
      text: say('palette.project', { name }),
      href: hrefOf('/projects/', id),
    })),
    ...unlike(keys).map(({ id, name, project }) => ({
      id,
      icon: 'keys' as const,
      text: say('palette.key', { name, project: project.name ?? project.id }),
      href: hrefOf('/keys/', id),
    })),
  ];
  const found = all.filter((target) => target.text.toLowerCase().includes(wanted)).slice(0, mostShown);
  const isLooking = [projects, youngest, named, projectsNamed].some(({ isFetching }) => isFetching);
  return { found, isForAdmins, isLooking };
}

/** Each once, by its id. */
const unlike = <One extends { readonly id: string }>(all: readonly One[]): One[] => [
  ...new Map(all.map((one) => [one.id, one])).values(),
];
