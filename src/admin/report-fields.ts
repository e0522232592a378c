import { z } from 'zod';
import type { IncomingMessage } from 'node:http';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { TotalsQuery } from '../usage/ledger.ts';
import { isTimeZone, zoneDay } from '../usage/zone-day.ts';
import { queryParameter } from './admin-operation.ts';
import { idsGiven, type KnownSubjects } from './known-subjects.ts';

const name = z.string().min(1).max(256);
const momentForm = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;
const moment = z.string().refine((text) => {
  const day = momentForm.exec(text)?.[1];
  const dayMs = Date.parse(`${day ?? ''}T00:00:00Z`);
  // The 30th of February would quietly become the 2nd of March.
  return (
    day !== undefined &&
    !Number.isNaN(Date.parse(text)) &&
    !Number.isNaN(dayMs) &&
    new Date(dayMs).toISOString().startsWith(day)
  );
}, 'a day or a time is expected, such as 2026-11-01 or 2026-11-01T08:30:00Z');
const zone = z.string().refine(isTimeZone, 'a time zone is expected, such as UTC or Europe/Berlin');

/** Which orders a report is of. */
export const reportFields = {
  key: name.optional(),
  project: name.optional(),
  model: name.optional(),
  upstream: name.optional(),
  user: name.optional(),
  from: moment.optional(),
  to: moment.optional(),
  time_zone: zone.optional(),
};
export type ReportFields = z.infer<z.ZodObject<typeof reportFields>>;

const text = { type: 'string' } as const;
export const reportParameters = [
  queryParameter('key', 'Orders of this key, by its id or name.', text),
  queryParameter('project', 'Orders of this project, by its id or name.', text),
  queryParameter('model', "Orders of this model, by the catalogue's id.", text),
  queryParameter('upstream', 'Orders that this upstream answered last.', text),
  queryParameter('user', "Orders for this end user, by the caller's own name.", text),
  queryParameter('from', 'Orders that arrived at or after this day of the zone, or this time.', text),
  queryParameter('to', 'Orders that arrived before it.', text),
  queryParameter(
    'time_zone',
    'Whose days and hours, as an IANA name such as Europe/Berlin. Otherwise that of `budgets.time_zone`.',
    text,
  ),
];

/** The query of a report; throws `invalid_value` for who is not known and for a period that ends before it begins. */
export function readReport(
  fields: ReportFields,
  { keys, projects }: KnownSubjects,
  defaultZone: string,
): Omit<TotalsQuery, 'by'> & { readonly timeZone: string } {
  const { key, project, model, upstream, user, from, to, time_zone: timeZone = defaultZone } = fields;
  const atMs = (given: string): number =>
    given.length === 10 ? zoneDay(timeZone, Date.parse(`${given}T00:00:00Z`)) : Date.parse(given);
  const [fromMs, toMs] = [from, to].map((given) => (given === undefined ? undefined : atMs(given)));
  if (fromMs !== undefined && toMs !== undefined && fromMs > toMs)
    throw new PlantainError('invalid_value', "Invalid value for 'to': it is before 'from'.", { param: 'to' });
  const keyIds = idsGiven('key', key, keys);
  const projectIds = idsGiven('project', project, projects);
  return {
    timeZone,
    ...(keyIds !== undefined && { keyIds }),
    ...(projectIds !== undefined && { projectIds }),
    ...(model !== undefined && { models: [model] }),
    ...(upstream !== undefined && { upstreams: [upstream] }),
    ...(user !== undefined && { endUsers: [user] }),
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
  };
}

/** The first of these media types that the client names as one it takes; of several formats it names the one it wants. */
export function acceptedType(raw: IncomingMessage, types: readonly string[]): string | undefined {
  const named = (raw.headers.accept ?? '').toLowerCase();
  return types.find((type) => named.includes(type));
}
