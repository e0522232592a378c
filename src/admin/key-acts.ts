import type { ApiKeyChanges, ApiKeyRecord } from '../access/api-key-store.ts';
import {
  createApiKey,
  type CreatedApiKey,
  editApiKey,
  endSecret,
  expireApiKey,
  type KeyReference,
  liveKey,
  revokeApiKey,
  rotateApiKey,
} from '../access/manage-keys.ts';
import { anyProject, liveProject } from '../access/manage-projects.ts';
import { defaultProjectId, noLimits } from '../journey/limits.ts';
import { type Administration, type AdminRecords, audited } from './administration.ts';
import { settingsOf } from './describe-allowance.ts';
import { type KeyFacts, keyDocument } from './describe-key.ts';
import { knownModel } from './known-model.ts';
import { applySettings, type SettingChanges } from './limit-acts.ts';

/** A key by id or name, in a project by id or name where several have one of that name. */
export interface KeyAddress {
  readonly key: string;
  readonly project?: string | undefined;
}

/** What a key is changed with. Models may have any of their names. */
export interface KeyPatch extends ApiKeyChanges, SettingChanges {
  readonly isDisabled?: boolean;
  /** Changes of single tags, where not all are named: null takes one away. */
  readonly tagChanges?: Readonly<Record<string, string | null>>;
}

export interface NewKey extends KeyPatch {
  readonly name: string;
  /** By id or name. */
  readonly project?: string | undefined;
}

/** Makes a key; what its project says of limits holds where the wish says nothing. */
export function createKey(by: Administration, wish: NewKey): Promise<CreatedApiKey & KeyFacts> {
  return audited(by, async (records) => {
    const { limits, alertAt, modelLimits } = wish;
    const project = await liveProject(records.projects, wish.project ?? defaultProjectId);
    const created = await createApiKey(records.keys, by.clock, {
      ...changesOf(by, wish, {}),
      name: wish.name,
      projectId: project.id,
      limits: limits === null ? noLimits : { ...noLimits, ...project.keyDefaults, ...limits },
    });
    await applySettings(
      records,
      by,
      { kind: 'key', id: created.record.id },
      { ...(alertAt && { alertAt }), ...(modelLimits && { modelLimits }) },
    );
    const facts = await keyFacts(records, created.record);
    return {
      result: { ...created, ...facts },
      action: 'key.create',
      subject: created.record.id,
      before: null,
      after: keyDocument(facts),
    };
  });
}

/** Changes a live key, all of it or nothing. */
export function changeKey(by: Administration, address: KeyAddress, patch: KeyPatch): Promise<KeyFacts> {
  return changed(by, 'key.change', address, async (records, key) => {
    const changes = changesOf(by, patch, key.tags);
    const disabledAtMs = patch.isDisabled === true ? (key.disabledAtMs ?? by.clock.nowMs()) : null;
    const record = await editApiKey(
      records.keys,
      by.clock,
      { idOrName: key.id },
      { ...changes, ...(patch.isDisabled !== undefined && { disabledAtMs }) },
    );
    await applySettings(records, by, { kind: 'key', id: key.id }, patch);
    return record;
  });
}

/** Lets a live key end now. */
export function expireKey(by: Administration, address: KeyAddress): Promise<KeyFacts> {
  return changed(by, 'key.change', address, ({ keys }, { id }) =>
    expireApiKey(keys, by.clock, { idOrName: id }),
  );
}

/** Revokes a live key at once and for good. */
export function revokeKey(by: Administration, address: KeyAddress): Promise<KeyFacts> {
  return changed(by, 'key.revoke', address, ({ keys }, { id }) =>
    revokeApiKey(keys, by.clock, { idOrName: id }),
  );
}

/** Ends one secret of a key before its time. */
export function endKeySecret(by: Administration, address: KeyAddress, secret: string): Promise<KeyFacts> {
  return changed(by, 'key.end_secret', address, ({ keys }, { id }) =>
    endSecret(keys, by.clock, { idOrName: id }, secret),
  );
}

/** Gives a key a new secret; the one before works for `overlapMs` more. */
export async function rotateKey(
  by: Administration,
  address: KeyAddress,
  overlapMs = 0,
): Promise<KeyFacts & Awaited<ReturnType<typeof rotateApiKey>>> {
  let rotated: Awaited<ReturnType<typeof rotateApiKey>> | undefined;
  const facts = await changed(by, 'key.rotate', address, async ({ keys }, { id }) => {
    rotated = await rotateApiKey(keys, by.clock, { idOrName: id }, overlapMs);
    return rotated.record;
  });
  if (rotated === undefined) throw new Error('a rotation without a secret');
  return { ...rotated, ...facts };
}

/** What a key may use, and the name of its project. */
export async function keyFacts(
  records: Pick<AdminRecords, 'allowances' | 'projects'>,
  record: ApiKeyRecord,
): Promise<KeyFacts> {
  const settings = settingsOf(record.id, await records.allowances.ofSubjects([record.id]));
  const project = await records.projects.find(record.projectId);
  return { record, projectName: project?.name ?? null, settings };
}

/** A key as the stores find it. */
async function keyReference(
  { projects }: Pick<AdminRecords, 'projects'>,
  { key, project }: KeyAddress,
): Promise<KeyReference> {
  return project === undefined
    ? { idOrName: key }
    : { idOrName: key, projectId: (await anyProject(projects, project)).id };
}

function changed(
  by: Administration,
  action: string,
  address: KeyAddress,
  change: (records: AdminRecords, key: ApiKeyRecord) => Promise<ApiKeyRecord>,
): Promise<KeyFacts> {
  return audited(by, async (records) => {
    const key = await liveKey(records.keys, await keyReference(records, address));
    const before = await keyFacts(records, key);
    const after = await keyFacts(records, await change(records, key));
    return {
      result: after,
      action,
      subject: key.id,
      before: keyDocument(before),
      after: keyDocument(after),
    };
  });
}

function changesOf(
  { modelId }: Administration,
  { name, expiresAtMs, strict, allowedModels, allowedAddresses, tags, tagChanges }: KeyPatch,
  known: Readonly<Record<string, string>>,
): ApiKeyChanges {
  const merged = tagChanges && Object.entries({ ...known, ...tagChanges });
  const kept = merged?.filter((tag): tag is [string, string] => tag[1] !== null);
  return {
    ...(name !== undefined && { name }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(strict !== undefined && { strict }),
    ...(allowedModels !== undefined && {
      allowedModels:
        allowedModels && onceEach(allowedModels.map((model) => knownModel(modelId, model, 'models'))),
    }),
    ...(allowedAddresses !== undefined && {
      allowedAddresses: allowedAddresses && onceEach(allowedAddresses),
    }),
    ...(tags !== undefined && { tags }),
    ...(kept !== undefined && { tags: Object.fromEntries(kept) }),
  };
}

/** Two names of one model are one entry of a list. */
function onceEach(list: readonly string[]): string[] {
  return [...new Set(list)];
}
