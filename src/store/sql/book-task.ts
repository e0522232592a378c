import type { LedgerAttempt, LedgerCompletion } from '../../usage/ledger.ts';
import type { OpenRow } from './ledger-row.ts';

/** Of an order what says which limits are its own. */
export type OrderSubjects = Pick<OpenRow, 'key_id' | 'project_id' | 'model' | 'end_user'>;

/** One order that asks to be admitted, or one that has come to its end. */
export type BookTask =
  | { readonly kind: 'open'; readonly row: OpenRow }
  | {
      readonly kind: 'complete';
      readonly id: string;
      readonly completion: LedgerCompletion;
      readonly attempts: readonly LedgerAttempt[];
      /** Of an order that this process has opened itself: its limits need not be looked up in its row. */
      readonly subjects?: OrderSubjects | undefined;
    };

/** Of an order that was admitted the headers that tell of its rates; of one that ended whether its row was changed. */
export type BookResult = Readonly<Record<string, string>> | boolean;
