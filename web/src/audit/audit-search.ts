import { filtersOf } from '../ui/filters-of.ts';

const filterNames = ['actor', 'who', 'action', 'subject', 'from', 'to'] as const;
/** Who changes something, in the order in which they are offered. */
export const actors = ['session', 'admin secret', 'command line', 'server'] as const;

/** The filters of the audit log, as they stand in the address of the page. */
export type AuditSearch = { readonly [Name in (typeof filterNames)[number]]?: string };

/** Reads them. */
export const auditSearch = (search: Record<string, unknown>): AuditSearch => filtersOf(search, filterNames);
