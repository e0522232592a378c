import type { ApiKeyRecord } from '../access/api-key-store.ts';
import type { CreatedApiKey } from '../access/manage-keys.ts';
import { type KeyState, keyState } from '../journey/key-state.ts';
import { textTable } from './text-table.ts';

/** The key alone goes on the first line, so that it can be cut out by hand or by `head -1`. */
export function createdText({ key, record }: CreatedApiKey): string {
  return `${key}\nThis is the key "${record.name}" (${record.id}). It is shown only now; keep it safe.\n`;
}

export function createdJson({ key, record }: CreatedApiKey): string {
  return `${JSON.stringify({ key, ...keyJson(record) }, null, 2)}\n`;
}

const time = (atMs: number): string => new Date(atMs).toISOString();
const timeOrNull = (atMs: number | null): string | null => (atMs === null ? null : time(atMs));

export function keyJson(record: ApiKeyRecord): Record<string, unknown> {
  return {
    id: record.id,
    project_id: record.projectId,
    name: record.name,
    hint: hintOf(record),
    created_at: time(record.createdAtMs),
    state: stateOf(record),
    revoked_at: timeOrNull(record.revokedAtMs),
    expires_at: timeOrNull(record.expiresAtMs),
    disabled_at: timeOrNull(record.disabledAtMs),
    strict: record.strict,
    models: record.allowedModels,
    addresses: record.allowedAddresses,
    tags: record.tags,
    secrets: record.secrets.map(({ hint, createdAtMs, validUntilMs }) => ({
      hint,
      created_at: time(createdAtMs),
      valid_until: timeOrNull(validUntilMs),
    })),
  };
}

export function keysTable(records: readonly ApiKeyRecord[], projects: ReadonlyMap<string, string>): string {
  if (records.length === 0) return 'No keys yet. Make one: plantain keys create --name <name>\n';
  const rows = records.map((record) => [
    record.id,
    record.name,
    projects.get(record.projectId) ?? record.projectId,
    hintOf(record),
    time(record.createdAtMs).slice(0, 16).replace('T', ' '),
    stateOf(record) + (stateOf(record) === 'live' ? untilText(record) : ` ${endOf(record)}`),
    record.strict ? 'yes' : '',
  ]);
  return textTable(['Id', 'Name', 'Project', 'Key', 'Created (UTC)', 'State', 'Strict'], rows);
}

function stateOf(record: ApiKeyRecord): KeyState {
  return keyState(record, Date.now());
}

function untilText({ expiresAtMs }: ApiKeyRecord): string {
  return expiresAtMs === null ? '' : ` until ${time(expiresAtMs).slice(0, 10)}`;
}

/** Since when it is what it is. */
function endOf(record: ApiKeyRecord): string {
  const { revokedAtMs, expiresAtMs, disabledAtMs } = record;
  const since = stateOf(record) === 'disabled' ? disabledAtMs : (revokedAtMs ?? expiresAtMs);
  return time(since ?? 0).slice(0, 10);
}

/** The secret that is handed out now. */
function hintOf({ secrets }: ApiKeyRecord): string {
  return secrets.find(({ validUntilMs }) => validUntilMs === null)?.hint ?? '';
}
