import type { ApiKeyRecord } from '../access/api-key-store.ts';
import type { AuditDocument } from '../access/audit-log.ts';
import { keyState } from '../journey/key-state.ts';
import { secretIdOf } from '../access/manage-keys.ts';
import { limitsJson, modelLimitsJson, type Now, type Settings, settingsJson } from './describe-allowance.ts';

/** A key with what it may use. `projectName`: null where the project is not known. */
export interface KeyFacts {
  readonly record: ApiKeyRecord;
  readonly projectName: string | null;
  readonly settings: Settings;
}

const time = (atMs: number): string => new Date(atMs).toISOString();
const timeOrNull = (atMs: number | null): string | null => (atMs === null ? null : time(atMs));

/** What an operator has set of a key, for the audit log. */
export function keyDocument({ record, settings }: KeyFacts): AuditDocument {
  return {
    name: record.name,
    project: record.projectId,
    strict: record.strict,
    disabled: record.disabledAtMs !== null,
    expires_at: timeOrNull(record.expiresAtMs),
    revoked_at: timeOrNull(record.revokedAtMs),
    models: record.allowedModels,
    addresses: record.allowedAddresses,
    tags: record.tags,
    limits: limitsJson(settings.own.limits),
    alert_at: settings.own.alertAt ?? null,
    model_limits: modelLimitsJson(settings),
    secrets: Object.fromEntries(
      record.secrets.map(({ hint, validUntilMs }) => [hint, timeOrNull(validUntilMs)]),
    ),
  };
}

/** A key as the admin API shows it. */
export function describeKey({ record, projectName, settings }: KeyFacts, now: Now) {
  return {
    id: record.id,
    name: record.name,
    project: { id: record.projectId, name: projectName },
    state: keyState(record, now.nowMs),
    created_at: time(record.createdAtMs),
    expires_at: timeOrNull(record.expiresAtMs),
    disabled_at: timeOrNull(record.disabledAtMs),
    revoked_at: timeOrNull(record.revokedAtMs),
    strict: record.strict,
    models: record.allowedModels,
    addresses: record.allowedAddresses,
    tags: record.tags,
    ...settingsJson(settings, now),
    secrets: record.secrets.map((secret) => ({
      id: secretIdOf(secret.hint),
      hint: secret.hint,
      created_at: time(secret.createdAtMs),
      valid_until: timeOrNull(secret.validUntilMs),
    })),
  };
}
