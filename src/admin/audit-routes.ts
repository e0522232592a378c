import { z } from 'zod';
import { auditActors, type AuditEntry, type AuditLog } from '../access/audit-log.ts';
import type { Route } from '../server/routes.ts';
import type { KnownNames } from '../usage/usage-report.ts';
import { adminOperation } from './admin-operation.ts';
import { adminRoute } from './admin-routes.ts';
import { idWith, instant, word } from './field-kinds.ts';
import { type KnownSubjects, nameOfSubject, namesOf } from './known-subjects.ts';
import { limitParameter, pageLimit, pageOf, textParameter } from './page-fields.ts';

const auditQuery = z.strictObject({
  actor: z.enum(auditActors, `one of ${auditActors.join(', ')} is expected`).optional(),
  who: z.string().min(1).max(400).optional(),
  action: word.optional(),
  subject: word.optional(),
  from: instant.optional(),
  to: instant.optional(),
  before: idWith('aud').optional(),
  after: idWith('aud').optional(),
  limit: pageLimit,
});
const parameters = [
  textParameter('actor', `Changes by one of ${auditActors.join(', ')}.`),
  textParameter('who', 'Changes by sessions of this name, as the log has it.'),
  textParameter('action', 'Changes of this kind, such as `key.create`.'),
  textParameter('subject', 'Changes of this key, project or upstream, by its id or name as the log has it.'),
  textParameter('from', 'Changes at or after this day or time.'),
  textParameter('to', 'Changes before it.'),
  textParameter('before', 'Changes older than this one: the `next` of the page before.'),
  textParameter('after', 'Changes younger than this one.'),
  limitParameter,
];

/** `GET /admin/v1/audit`. */
export function auditRoutes(audit: Pick<AuditLog, 'list'>, known: () => Promise<KnownSubjects>): Route[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/audit',
      query: auditQuery,
      operation: adminOperation({
        operationId: 'listAudit',
        summary: 'Who changed what, the youngest first',
        tag: 'Audit',
        parameters,
        answer: ['A page of changes.', 'AuditPage'],
        errors: ['invalid_value', 'unknown_parameter'],
      }),
      handle: async ({ query: { actor, who, action, subject, from, to, before, after, limit } }) => {
        const found = await audit.list({
          ...(actor !== undefined && { actor }),
          ...(who !== undefined && { who }),
          ...(action !== undefined && { action }),
          ...(subject !== undefined && { subject }),
          ...(from !== undefined && { fromMs: from }),
          ...(to !== undefined && { toMs: to }),
          ...(before !== undefined && { beforeId: before }),
          ...(after !== undefined && { afterId: after }),
          limit: limit + 1,
        });
        const { rows, next } = pageOf(found, limit);
        const names = namesOf(await known());
        return { data: rows.map((row) => describeChange(row, names)), next };
      },
    }),
  ];
}

/** A change as the admin API and `plantain audit` show it. */
export function describeChange(entry: AuditEntry, names: KnownNames) {
  const { id, atMs, actor, who, action, subject, before, after, address, requestId } = entry;
  return {
    id,
    at: new Date(atMs).toISOString(),
    actor,
    who,
    action,
    subject,
    subject_name: nameOfSubject(names, subject),
    before,
    after,
    address,
    request_id: requestId,
  };
}
