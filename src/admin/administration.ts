import { isDeepStrictEqual } from 'node:util';
import type { Actor, AuditDocument, AuditLog } from '../access/audit-log.ts';
import type { ApiKeyStore } from '../access/api-key-store.ts';
import type { ProjectStore } from '../access/project-store.ts';
import type { AllowanceStore } from '../admission/allowance-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import type { LedgerRow, SettlementByHand } from '../usage/ledger.ts';

export interface AdminRecords {
  readonly keys: ApiKeyStore;
  readonly projects: ProjectStore;
  readonly allowances: AllowanceStore;
  readonly audit: AuditLog;
  /**
   * Tells what became of an order that is `unknown`: its row as it was and as it is. Any other stays as it is; undefined:
   * there is none.
   */
  settleUnknown(
    id: string,
    settlement: SettlementByHand,
  ): Promise<{ readonly before: LedgerRow; readonly after?: LedgerRow } | undefined>;
}

/** What is administered. `store/` keeps it. */
export interface AdminBook extends AdminRecords {
  /** Does the work in one transaction, which holds unless it throws; one such change comes after the other. */
  change<Result>(work: (records: AdminRecords) => Promise<Result>): Promise<Result>;
}

/** What every act of an operator is done with, whether the API, a command or the server itself asks for it. */
export interface Administration {
  readonly book: AdminBook;
  readonly clock: Clock;
  readonly actor: Actor;
  /** The id of a model by any of its names. Throws `model_not_found`. */
  readonly modelId: (name: string) => string;
}

/** An act that was done, and how it is told in the audit log. */
export interface Done<Result> {
  readonly result: Result;
  /** `key.create` and its like. */
  readonly action: string;
  /** The id or name of what was changed. */
  readonly subject: string;
  /** Null where it was not there. */
  readonly before: AuditDocument | null;
  readonly after: AuditDocument | null;
  /** What of the subject is meant, said beside what is changed. */
  readonly about?: AuditDocument;
}

/** Does an act and writes down who did it, both or neither. What changed nothing leaves no row. */
export function audited<Result>(
  { book, clock, actor }: Pick<Administration, 'book' | 'clock' | 'actor'>,
  act: (records: AdminRecords) => Promise<Done<Result>>,
): Promise<Result> {
  return book.change(async (records) => {
    const { result, action, subject, before, after, about } = await act(records);
    const told = before === null || after === null ? { before, after } : differences(before, after);
    if (told !== undefined) {
      const atMs = clock.nowMs();
      const { name, address, requestId } = actor;
      await records.audit.add({
        id: newId('aud', atMs),
        atMs,
        actor: name,
        action,
        subject,
        before: told.before,
        after: about === undefined ? told.after : { ...about, ...told.after },
        address,
        requestId,
      });
    }
    return result;
  });
}

/** The members that are not the same, objects within by their own members; undefined where all are. */
function differences(
  before: AuditDocument,
  after: AuditDocument,
): { readonly before: AuditDocument; readonly after: AuditDocument } | undefined {
  const was: Record<string, unknown> = {};
  const is: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, young] = [before[name], after[name]];
    if (isDeepStrictEqual(old, young)) continue;
    const inner = isDocument(old) && isDocument(young) ? differences(old, young) : undefined;
    was[name] = inner?.before ?? old;
    is[name] = inner?.after ?? young;
  }
  return Object.keys(is).length === 0 ? undefined : { before: was, after: is };
}

function isDocument(value: unknown): value is AuditDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
