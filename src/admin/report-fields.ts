import { z } from 'zod';
import type { IncomingMessage } from 'node:http';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { TotalsQuery } from '../usage/ledger.ts';
import { isTimeZone, zoneDay } from '../usage/zone-day.ts';
import { moment, word } from './field-kinds.ts';
import { idsGiven, type KnownSubjects } from './known-subjects.ts';
import { textParameter } from './page-fields.ts';

const zone = z.string().refine(isTimeZone, 'a time zone is expected, such as UTC or Europe/Berlin');

/** Which orders a report is of. */
export const reportFields = {
  key: word.optional(),
  project: word.optional(),
  model: word.optional(),
  upstream: word.optional(),
  user: word.optional(),
  from: moment.optional(),
  to: moment.optional(),
  time_zone: zone.optional(),
};
export type ReportFields = z.infer<z.ZodObject<typeof reportFields>>;

export const reportParameters = [
  textParameter('key', 'Orders of this key, by its id or name.'),
  textParameter('project', 'Orders of this project, by its id or name.'),
  textParameter('model', "Orders of this model, by the catalogue's id."),
  textParameter('upstream', 'Orders that this upstream answered last.'),
  textParameter('user', "Orders for this end user, by the caller's own name."),
  textParameter('from', 'Orders that arrived at or after this day of the zone, or this time.'),
  textParameter('to', 'Orders that arrived before it.'),
  textParameter(
    'time_zone',
    'Whose days and hours, as an IANA name such as Europe/Berlin. Otherwise that of `budgets.time_zone`.',
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
