import { z } from 'zod';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { Route } from '../server/routes.ts';
import { exportHead, exportLines, type OrderFormat, orderFormats } from '../usage/order-documents.ts';
import type { LedgerRow, OrdersQuery } from '../usage/ledger.ts';
import type { ReportReader } from '../usage/report-desk.ts';
import type { KnownNames } from '../usage/usage-report.ts';
import { adminOperation, queryParameter } from './admin-operation.ts';
import { adminAnswer } from './admin-routes.ts';
import { namesOf } from './known-subjects.ts';
import { readReport, reportFields, reportParameters } from './report-fields.ts';
import type { UsageRoutesOptions } from './usage-routes.ts';

/** Read at once: what is held of an export, however long it is. */
const ordersInPage = 5000;

const exportQuery = z.strictObject({
  ...reportFields,
  format: z.enum(orderFormats, `one of ${orderFormats.join(', ')} is expected`).default('csv'),
});

/** `GET /admin/v1/orders/export`. */
export function exportRoutes({ reports, known, timeZone }: UsageRoutesOptions): Route[] {
  return [
    adminAnswer({
      method: 'GET',
      path: '/orders/export',
      query: exportQuery,
      operation: adminOperation({
        operationId: 'exportOrders',
        summary: 'Every order of a period as CSV or JSON lines, the youngest first',
        tag: 'Orders',
        parameters: [
          ...reportParameters,
          queryParameter('format', '`csv` (RFC 4180) or `jsonl`, an order a line.', {
            type: 'string',
            enum: [...orderFormats],
            default: 'csv',
          }),
        ],
        answer: ['The orders.'],
        alsoAs: ['text/csv', 'application/jsonl'],
        errors: ['invalid_value', 'too_many_reports'],
      }),
      handle: async ({ query }, scope): Promise<ImageAnswer> => {
        const { format, ...fields } = query;
        const subjects = await known();
        const { keyIds, projectIds, models, upstreams, endUsers, fromMs, toMs } = readReport(
          fields,
          subjects,
          timeZone,
        );
        const wanted: OrdersQuery = {
          limit: ordersInPage,
          ...(keyIds !== undefined && { keyIds }),
          ...(projectIds !== undefined && { projectIds }),
          ...(endUsers?.[0] !== undefined && { endUser: endUsers[0] }),
          ...(models?.[0] !== undefined && { model: models[0] }),
          ...(upstreams?.[0] !== undefined && { upstream: upstreams[0] }),
          ...(fromMs !== undefined && { fromMs }),
          ...(toMs !== undefined && { toMs }),
        };
        const reader = await reports.open(scope.signal);
        scope.onEnd(() => void reader.close());
        // Before the head goes out: what is wrong with the question is still an error.
        const first = await reader.orders(wanted);
        return {
          status: 200,
          headers: {
            'content-type':
              format === 'csv'
                ? 'text/csv; charset=utf-8; header=present'
                : 'application/jsonl; charset=utf-8',
            'content-disposition': `attachment; filename="orders.${format}"`,
          },
          body: { kind: 'stream', groups: pages(reader, wanted, first, namesOf(subjects), format) },
        };
      },
    }),
  ];
}

async function* pages(
  reader: ReportReader,
  wanted: OrdersQuery,
  first: readonly LedgerRow[],
  names: KnownNames,
  format: OrderFormat,
): AsyncGenerator<readonly Buffer[]> {
  try {
    yield [Buffer.from(exportHead(format))];
    let page = first;
    for (;;) {
      for (let at = 0; at < page.length; at += 500)
        yield [Buffer.from(exportLines(page.slice(at, at + 500), names, format))];
      const last = page.at(-1);
      if (last === undefined || page.length < ordersInPage) return;
      page = await reader.orders({ ...wanted, beforeId: last.id });
    }
  } finally {
    await reader.close();
  }
}
