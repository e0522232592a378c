import type { ToldAlert } from '../journey/budget-alert.ts';

/** A budget's alert as fields of a line. */
export function alertLog(alert: ToldAlert): Record<string, unknown> {
  const { project, key, model, endUser, percent, requested, resetsAtMs } = alert;
  return {
    event: alert.type,
    id: alert.id,
    project: project.id,
    projectName: project.name,
    ...(key !== null && { key: key.id, keyName: key.name }),
    ...(model !== null && { model }),
    ...(endUser !== null && { endUser }),
    limit: alert.limit,
    allowed: alert.allowed,
    used: alert.used,
    ...(percent !== null && { percent }),
    ...(requested !== null && { requested }),
    ...(resetsAtMs !== null && { resetsAt: new Date(resetsAtMs).toISOString() }),
  };
}

export function alertText({ percent }: ToldAlert): string {
  return percent === null ? 'a limit is used up: an order was refused' : `${percent} % of a limit are used`;
}
