import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { Route } from '../server/routes.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import {
  isTimeGroup,
  maxTop,
  type TopGroups,
  topMeasures,
  type TotalsBy,
  totalsGroups,
} from '../usage/ledger.ts';
import type { ReportSource } from '../usage/report-desk.ts';
import { reportFormats, writeUsage } from '../usage/usage-documents.ts';
import { usageReport } from '../usage/usage-report.ts';
import { adminOperation, queryParameter } from './admin-operation.ts';
import { adminAnswer } from './admin-routes.ts';
import { type KnownSubjects, namesOf } from './known-subjects.ts';
import { countField } from './page-fields.ts';
import { acceptedType, readReport, reportFields, reportParameters } from './report-fields.ts';

export interface UsageRoutesOptions {
  readonly reports: ReportSource;
  readonly known: () => Promise<KnownSubjects>;
  /** Whose days they are where none is asked for. */
  readonly timeZone: string;
}

const groups = z.string().transform((text, context): TotalsBy[] => {
  const words = text.split(',').map((word) => totalsGroups.find((group) => group === word.trim()));
  const found = words.filter((word) => word !== undefined);
  if (found.length === words.length && new Set(found).size === found.length) return found;
  context.addIssue({
    code: 'custom',
    message: `one or several of ${totalsGroups.join(', ')} are expected, parted by commas, each once`,
  });
  return z.NEVER;
});

const topRange = `a whole number of 1 to ${String(maxTop)} is expected`;
const usageQuery = z.strictObject({
  ...reportFields,
  by: groups.optional(),
  top: countField(maxTop, topRange).optional(),
  top_by: z.enum(topMeasures, `one of ${topMeasures.join(', ')} is expected`).optional(),
  format: z.enum(reportFormats, `one of ${reportFormats.join(', ')} is expected`).optional(),
});

const mediaTypes = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl; charset=utf-8',
} as const;

/** `GET /admin/v1/usage`. */
export function usageRoutes({ reports, known, timeZone }: UsageRoutesOptions): Route[] {
  return [
    adminAnswer({
      method: 'GET',
      path: '/usage',
      role: 'viewer',
      query: usageQuery,
      operation: adminOperation({
        operationId: 'usage',
        summary: 'What was used, summed by key, project, model, upstream, end user, error, day and hour',
        tag: 'Orders',
        parameters: [
          queryParameter(
            'by',
            `One or several, parted by commas: ${totalsGroups.join(', ')}. A row for each of their combinations; without it the sum alone.`,
            { type: 'string' },
          ),
          queryParameter(
            'top',
            'Only so many of the groups that are no day or hour by themselves: the largest of the whole period. All others are one row, or one a day or hour, that says with `others` how many they are; rows and sum stay the same orders.',
            { type: 'integer', minimum: 1, maximum: maxTop },
          ),
          queryParameter(
            'top_by',
            'What the largest are: the dearest (`cost`), those with most pictures delivered (`images`), or most orders.',
            { type: 'string', enum: [...topMeasures], default: topMeasures[0] },
          ),
          ...reportParameters,
          queryParameter(
            'format',
            '`json`, `csv` (RFC 4180) or `jsonl`, a row a line. Otherwise what `Accept` names, else JSON.',
            { type: 'string', enum: [...reportFormats] },
          ),
        ],
        answer: ['The sums.', 'Usage'],
        alsoAs: ['text/csv', 'application/jsonl'],
        errors: ['invalid_value', 'too_many_reports'],
      }),
      handle: async ({ query, raw }, scope): Promise<ImageAnswer> => {
        const { by = [], format: given, top: count, top_by: topBy, ...fields } = query;
        const top = readTop(by, count, topBy);
        const subjects = await known();
        const asked = readReport(fields, subjects, timeZone);
        const accepted = acceptedType(raw, ['application/json', 'text/csv', 'application/jsonl']);
        const format =
          given ?? (accepted === 'text/csv' ? 'csv' : accepted === 'application/jsonl' ? 'jsonl' : 'json');
        const reader = await reports.open(scope.signal);
        scope.onEnd(() => void reader.close());
        const totals = await reader.totals({ by, ...(top !== undefined && { top }), ...asked });
        await reader.close();
        const report = usageReport(by, totals, namesOf(subjects), {
          fromMs: asked.fromMs ?? null,
          toMs: asked.toMs ?? null,
          timeZone: asked.timeZone,
          top,
        });
        return {
          status: 200,
          headers: {
            'content-type': mediaTypes[format],
            ...(format !== 'json' && { 'content-disposition': `attachment; filename="usage.${format}"` }),
          },
          body: { kind: 'stream', groups: inTurns(writeUsage(report, format)) },
        };
      },
    }),
  ];
}

/** Throws `invalid_value` where there is nothing that could be the largest. */
function readTop(
  by: readonly TotalsBy[],
  count: number | undefined,
  measure: TopGroups['by'] | undefined,
): TopGroups | undefined {
  if (count === undefined) {
    if (measure === undefined) return undefined;
    throw new PlantainError('invalid_value', "Invalid value for 'top_by': it goes with 'top'.", {
      param: 'top_by',
    });
  }
  if (!by.every(isTimeGroup)) return { count, by: measure ?? 'cost' };
  throw new PlantainError(
    'invalid_value',
    "Invalid value for 'top': it needs a group that is no day or hour in 'by', such as key.",
    { param: 'top' },
  );
}

/** Part by part, with a turn for everybody else between. */
async function* inTurns(parts: Iterable<string>): AsyncGenerator<readonly Buffer[]> {
  for (const part of parts) {
    yield [Buffer.from(part)];
    await nextTurn();
  }
}
