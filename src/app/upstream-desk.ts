import type { UpstreamDesk, UpstreamView } from '../admin/upstream-routes.ts';
import { upstreamsOf } from '../config/upstream-list.ts';
import type { CellState } from '../routing/upstream-state.ts';
import { checkServingKeys } from './check-upstream-keys.ts';
import type { Parts } from './compose.ts';

/** The upstreams in force, as an operator sees them and acts on them; every act is in the log. */
export function upstreamDesk(parts: Parts): UpstreamDesk {
  const { pool, keyStates, log } = parts;
  const act = (name: string, what: string, done: boolean): void => {
    if (done) log.warn({ upstream: name }, `an operator ${what} this upstream`);
  };
  return {
    list: () => {
      const states = new Map(pool.states().map((state) => [state.name, state]));
      return upstreamsOf(parts.setup.config).map((settings): UpstreamView => {
        const state = states.get(settings.name);
        return {
          name: settings.name,
          kind: settings.kind,
          address: settings.address === '' ? null : settings.address,
          priority: settings.priority,
          weight: settings.weight,
          models: settings.models === undefined ? null : [...settings.models.keys()],
          quota_group: settings.quotaGroup,
          max_concurrent: settings.maxConcurrent ?? null,
          requests_per_minute: settings.requestsPerMinute ?? null,
          state: state?.state ?? 'ok',
          reason: state?.reason ?? '',
          until: timeOf(state?.untilMs),
          key: keyStates.of(settings.name),
          in_flight: state?.inFlight ?? 0,
          cells: (state?.cells ?? []).map(cellView),
        };
      });
    },
    test: async (name, signal) => {
      const asked = parts.upstreams.all.filter((upstream) => upstream.name === name);
      const [check] = await checkServingKeys(asked, keyStates, log, signal);
      if (check !== undefined) pool.hearKey(name, check);
      return {
        name,
        key: keyStates.of(name),
        fault: check?.fault ?? null,
        http_status: check?.httpStatus ?? null,
        reason: check?.reason ?? '',
      };
    },
    drain: (name) => act(name, 'drained', pool.drain(name)),
    restore: (name) => act(name, 'restored', pool.restore(name)),
    reset: (name) => act(name, 'reset', pool.reset(name)),
  };
}

function cellView(cell: CellState): UpstreamView['cells'][number] {
  return {
    model: cell.model,
    state: cell.state,
    reason: cell.reason,
    until: timeOf(cell.untilMs),
    health: cell.health,
    expected_ms: Math.round(cell.ewmaMs),
    in_flight: cell.inFlight,
    quota_until: timeOf(cell.quotaUntilMs),
  };
}

/** A point in time as people and programs read it; one that cannot be told is none. */
function timeOf(atMs: number | undefined): string | null {
  return atMs !== undefined && Number.isFinite(atMs) && Math.abs(atMs) < 8.64e15
    ? new Date(atMs).toISOString()
    : null;
}
