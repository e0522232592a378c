import type { ErrorCode } from '../../kernel/error-catalogue.ts';
import type { OrdersQuery, TotalsQuery, UsageTotals } from '../../usage/ledger.ts';
import type { UsageQuarter } from '../../usage/report-desk.ts';
import type { StoredOrder } from './ledger-row.ts';

/** What the thread of a report is asked. */
export type ReportQuestion =
  | { readonly kind: 'totals'; readonly query: TotalsQuery }
  | { readonly kind: 'orders'; readonly query: OrdersQuery }
  | { readonly kind: 'quarters'; readonly dayMs: number };

export type ReportAnswer =
  | { readonly kind: 'totals'; readonly totals: readonly UsageTotals[] }
  | { readonly kind: 'orders'; readonly orders: readonly StoredOrder[] }
  | { readonly kind: 'quarters'; readonly quarters: readonly UsageQuarter[] }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly param: string | undefined;
      readonly retryAfterSeconds: number | undefined;
    };
