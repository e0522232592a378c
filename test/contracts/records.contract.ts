import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ApiKeyRecord, KeysQuery } from '../../src/access/api-key-store.ts';
import type { AuditEntry } from '../../src/access/audit-log.ts';
import { draftKey } from '../../src/access/manage-keys.ts';
import { createProject } from '../../src/access/manage-projects.ts';
import { type Administration, audited } from '../../src/admin/administration.ts';
import { changeKey, createKey, revokeKey } from '../../src/admin/key-acts.ts';
import { setLimits } from '../../src/admin/limit-acts.ts';
import { settleOrder } from '../../src/admin/settle-act.ts';
import { noLimits } from '../../src/journey/limits.ts';
import { newId } from '../../src/kernel/ids.ts';
import type { Ledger } from '../../src/usage/ledger.ts';
import { plainOpening } from '../support/plain-orders.ts';
import type { SqlRecords } from '../../src/store/sql/sql-records.ts';

/** Two processes on one database, as `auditRetentionMs` has them. */
export interface OpenedRecords {
  readonly records: SqlRecords;
  readonly other: SqlRecords;
  /** Where orders of the same database are. */
  readonly ledger: Ledger;
  close(): Promise<void>;
}

const dayMs = 86_400_000;
const noon = Date.UTC(2026, 10, 26, 12);

/** What is administered: keys, projects, limits, adjustments and the audit log, changed in one transaction. */
export function recordsContract(
  adapter: string,
  open: (auditRetentionMs: number) => Promise<OpenedRecords>,
): void {
  describe(`records on ${adapter}`, () => {
    let own: OpenedRecords;
    let nowMs = noon;
    beforeEach(async () => {
      nowMs = noon;
      own = await open(30 * dayMs);
    });
    afterEach(() => own.close());
    const clock = { nowMs: () => ++nowMs };
    const by = (book: SqlRecords): Administration => ({
      book,
      clock,
      actor: { name: 'admin secret', address: '192.0.2.7', requestId: 'req_1' },
      modelId: (name) => name,
    });
    const newest = async () => (await own.records.audit.list({ limit: 1 }))[0];

    test('a change and the row that tells of it hold together, or neither does', async () => {
      const { record } = await createKey(by(own.records), { name: 'web', limits: { maxOpen: 1 } });
      expect(await newest()).toMatchObject({
        actor: 'admin secret',
        action: 'key.create',
        subject: record.id,
        before: null,
        address: '192.0.2.7',
        requestId: 'req_1',
      });
      const broken = own.records.change(async (records) => {
        await records.keys.revoke(record.id, 1);
        await records.allowances.setLimits({ kind: 'key', id: record.id }, { maxOpen: 9 });
        await records.audit.add({ ...((await newestOf(records)) as AuditEntry), id: newId('aud', nowMs) });
        throw new Error('no');
      });
      await expect(broken).rejects.toThrow('no');
      const [key] = await own.other.keys.findAll(record.id);
      expect(key?.revokedAtMs).toBeNull();
      expect((await own.other.allowances.find({ kind: 'key', id: record.id }))?.limits.maxOpen).toBe(1);
      expect(await own.other.audit.list({ limit: 10 })).toHaveLength(1);
      const unwritten = audited(by(own.records), async (records) => {
        await records.keys.revoke(record.id, 1);
        const before = { self: 1n } as const;
        return { result: 1, action: 'x', subject: 'y', before: null, after: before };
      });
      await expect(unwritten).rejects.toThrow(/BigInt/);
      expect((await own.records.keys.findAll(record.id))[0]?.revokedAtMs).toBeNull();
    });

    test('of changes that two processes make at once none is lost, and a name is given once', async () => {
      const { record } = await createKey(by(own.records), { name: 'web' });
      const patches = Array.from({ length: 20 }, (_, index) =>
        changeKey(
          by(index % 2 === 0 ? own.records : own.other),
          { key: record.id },
          {
            tagChanges: { [`t${String(index)}`]: 'x' },
            limits: index % 2 === 0 ? { maxOpen: index } : { imagesPerDay: index },
          },
        ),
      );
      await Promise.all(patches);
      const [key] = await own.records.keys.findAll(record.id);
      expect(Object.keys(key?.tags ?? {})).toHaveLength(20);
      expect((await own.records.audit.list({ action: 'key.change', limit: 100 })).length).toBe(20);
      const same = await Promise.allSettled(
        Array.from({ length: 6 }, (_, index) =>
          createKey(by(index % 2 === 0 ? own.records : own.other), { name: 'twin' }),
        ),
      );
      expect(same.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(same.flatMap((one) => (one.status === 'rejected' ? [String(one.reason.code)] : []))).toEqual(
        Array.from({ length: 5 }, () => 'name_taken'),
      );
    });

    test('keys come in pages, by project, name and how they stand', async () => {
      const shop = await createProject(own.records.projects, clock, { name: 'shop' });
      const made: ApiKeyRecord[] = [];
      const key = async (name: string, projectId?: string, expiresAtMs: number | null = null) => {
        const { record } = draftKey(
          '',
          { name, expiresAtMs, ...(projectId !== undefined && { projectId }) },
          clock.nowMs(),
        );
        expect(await own.records.keys.insert(record, randomBytes(32), noLimits)).toBe(true);
        made.push(record);
        return record;
      };
      const [old, shops, expired, off] = [
        await key('old'),
        await key('web', shop.id),
        await key('late', undefined, noon),
        await key('off'),
      ];
      await revokeKey(by(own.records), { key: old.id });
      await changeKey(by(own.records), { key: off.id }, { isDisabled: true });
      const ids = async (query: Partial<KeysQuery>) =>
        (await own.other.keys.page({ nowMs: noon, limit: 10, ...query })).map(({ id }) => id);
      expect(await ids({})).toEqual([off.id, expired.id, shops.id, old.id]);
      expect(await ids({ limit: 2 })).toEqual([off.id, expired.id]);
      expect(await ids({ beforeId: expired.id })).toEqual([shops.id, old.id]);
      expect(await ids({ afterId: shops.id })).toEqual([off.id, expired.id]);
      expect(await ids({ projectId: shop.id })).toEqual([shops.id]);
      expect(await ids({ name: 'off' })).toEqual([off.id]);
      for (const [state, id] of [
        ['revoked', old.id],
        ['live', shops.id],
        ['expired', expired.id],
        ['disabled', off.id],
      ] as const)
        expect([state, await ids({ states: [state] })]).toEqual([state, [id]]);
      expect(await ids({ states: ['expired'], nowMs: noon - 1 })).toEqual([]);
      expect(await ids({ states: ['live', 'disabled'] })).toEqual([off.id, shops.id]);
      expect((await own.records.projects.page({ limit: 1 })).map(({ id }) => id)).toEqual(['proj_default']);
      expect(await own.records.projects.page({ isArchived: true, limit: 9 })).toEqual([]);
      expect(await own.records.projects.page({ name: shop.name, limit: 9 })).toEqual([shop]);
      expect(await own.records.projects.page({ beforeId: 'proj_default', limit: 9 })).toEqual([shop]);
    });

    test('settings of several keys and projects come at once, end users stay out of them', async () => {
      const { record } = await createKey(by(own.records), {
        name: 'web',
        limits: { maxOpen: 1 },
        modelLimits: { 'model-b': { imagesPerDay: 2 }, 'model-a': { imagesPerDay: 1 } },
      });
      const { allowances } = own.records;
      const projectId = record.projectId;
      await allowances.setLimits({ kind: 'users', projectId }, { maxOpen: 3 });
      await allowances.setLimits({ kind: 'user', projectId, endUser: 'ada' }, { maxOpen: 4 });
      const found = await allowances.ofSubjects([record.id, projectId, 'key_none']);
      expect(found.map(({ id, limits }) => [id, limits.maxOpen ?? limits.imagesPerDay])).toEqual([
        [record.id, 1],
        [`${record.id}/model/model-a`, 1],
        [`${record.id}/model/model-b`, 2],
        [projectId, null],
        [`${projectId}/user/*`, 3],
      ]);
      const all = await allowances.list(projectId, { limit: 2 });
      const rest = await allowances.list(projectId, { limit: 9, afterId: all.at(-1)?.id });
      expect(new Set([...all, ...rest].map(({ limits }) => limits.maxOpen))).toEqual(new Set([null, 3, 4]));
      expect(await allowances.ofSubjects([])).toEqual([]);
    });

    test('an adjustment has its key once, and comes in pages', async () => {
      const { record } = await createKey(by(own.records), { name: 'web' });
      const owner = { kind: 'key', id: record.id } as const;
      const { allowances } = own.records;
      const ids = [0, 1, 2].map((day) => newId('adj', noon + day));
      for (const [index, id] of ids.entries()) {
        const adjustment = { id, amountMicroUsd: 5, reason: 'x', actor: 'y', atMs: noon + index };
        expect(await allowances.credit(owner, adjustment, `key-${String(index)}`)).toBe(true);
      }
      expect((await own.other.allowances.adjustmentOf('key-1'))?.id).toBe(ids[1]);
      expect(await allowances.adjustmentOf('key-9')).toBeUndefined();
      const again = { id: newId('adj', noon), amountMicroUsd: 5, reason: 'x', actor: 'y', atMs: noon };
      await expect(allowances.credit(owner, again, 'key-1')).rejects.toThrow(/unique/i);
      const page = await allowances.adjustments({ limit: 2 });
      expect(page.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
      expect(
        (await allowances.adjustments({ owner, beforeId: ids[1] ?? '', limit: 9 })).map(({ id }) => id),
      ).toEqual([ids[0]]);
      expect((await allowances.find(owner))?.counters.totalUsedMicroUsd).toBe(-15);
    });

    test('the audit log is read by what it has, and forgets what is older than it keeps', async () => {
      const entry = (atMs: number, changes: Partial<AuditEntry> = {}): AuditEntry => ({
        id: newId('aud', atMs),
        atMs,
        actor: 'server',
        who: null,
        action: 'configuration.reload',
        subject: 'configuration',
        before: { text: 'a\0b \ud800 🍌' },
        after: null,
        address: null,
        requestId: null,
        ...changes,
      });
      const old = entry(noon - 31 * dayMs);
      const kept = entry(noon - 29 * dayMs, { actor: 'command line' });
      const young = entry(noon, { subject: 'key_1', action: 'key.change', who: 'Ada (1)' });
      for (const one of [old, kept]) await own.records.audit.add(one);
      const ids = async (query: object) =>
        (await own.other.audit.list({ limit: 10, ...query })).map(({ id }) => id);
      expect(await ids({})).toEqual([kept.id, old.id]);
      await own.records.audit.add(young);
      expect(await ids({})).toEqual([young.id, kept.id]);
      expect(await own.other.audit.list({ limit: 1, beforeId: young.id })).toEqual([kept]);
      expect(await ids({ afterId: kept.id })).toEqual([young.id]);
      expect(await ids({ actor: 'command line' })).toEqual([kept.id]);
      expect(await ids({ action: 'key.change' })).toEqual([young.id]);
      expect(await ids({ who: 'Ada (1)' })).toEqual([young.id]);
      expect(await own.other.audit.list({ limit: 1, who: 'Ada (1)' })).toEqual([young]);
      expect(await ids({ subject: 'key_1' })).toEqual([young.id]);
      expect(await ids({ fromMs: noon })).toEqual([young.id]);
      expect(await ids({ toMs: noon })).toEqual([kept.id]);
    });

    test('what is told of an allowance is set with its limits, and told of in the log as they are', async () => {
      const { record } = await createKey(by(own.records), {
        name: 'web',
        limits: { maxOpen: 1 },
        alertAt: [50],
      });
      expect((await newest())?.after).toMatchObject({ limits: { max_open: 1 }, alert_at: [50] });
      const { settings } = await changeKey(by(own.records), { key: 'web' }, { alertAt: [] });
      expect([settings.own.alertAt, settings.own.limits.maxOpen]).toEqual([[], 1]);
      expect(await newest()).toMatchObject({ before: { alert_at: [50] }, after: { alert_at: [] } });
      const replaced = await setLimits(
        by(own.records),
        { key: record.id },
        { dayMicroUsd: 5 },
        { replace: true },
      );
      expect(replaced.allowance.alertAt).toBeUndefined();
      expect((await own.other.allowances.find({ kind: 'key', id: record.id }))?.limits).toEqual({
        ...noLimits,
        dayMicroUsd: 5,
      });
    });

    test('an order of which nobody knew is settled and told of, both or neither', async () => {
      const { record } = await createKey(by(own.records), { name: 'web' });
      const lost = plainOpening({ keyId: record.id, imagesRequested: 2, createdAtMs: noon });
      await own.ledger.open(lost);
      const settle = (wish: Partial<Parameters<typeof settleOrder>[2]> = {}, id = lost.id) =>
        settleOrder(by(own.records), id, {
          costMicroUsd: 30,
          imagesDelivered: 1,
          reason: 'on the bill',
          ...wish,
        });
      await expect(settle()).rejects.toMatchObject({ code: 'state_conflict' });
      await own.ledger.closeLeftOpen(noon);
      for (const [wish, code] of [
        [{ imagesDelivered: 3 }, 'invalid_value'],
        [{ costMicroUsd: -1 }, 'invalid_value'],
        [{ reason: 'a\nb' }, 'invalid_value'],
      ] as const)
        await expect(settle(wish)).rejects.toMatchObject({ code });
      await expect(settle({}, 'req_none')).rejects.toMatchObject({ code: 'not_found' });
      expect((await newest())?.action).toBe('key.create');
      expect(await settle()).toMatchObject({
        before: { status: 'unknown', costMicroUsd: 40_000 },
        after: { status: 'partial', costMicroUsd: 30, imagesDelivered: 1 },
      });
      expect(await own.ledger.find(lost.id)).toMatchObject({ status: 'partial', costMicroUsd: 30 });
      expect(await newest()).toMatchObject({
        action: 'order.settle',
        subject: lost.id,
        actor: 'admin secret',
        before: { status: 'unknown', charged_micro_usd: 40_000, images_delivered: 0 },
        after: { status: 'partial', charged_micro_usd: 30, images_delivered: 1, reason: 'on the bill' },
      });
      const broken = own.records.change(async (records) => {
        const settlement = { costMicroUsd: 1, imagesDelivered: 0, reason: 'r', actor: 'a', atMs: noon };
        expect((await records.settleUnknown(lost.id, settlement))?.after).toBeUndefined();
        throw new Error('no');
      });
      await expect(broken).rejects.toThrow('no');
      await expect(settle()).rejects.toMatchObject({ code: 'state_conflict' });
      const [note] = await own.records.allowances.adjustments({ limit: 1 });
      expect(note).toMatchObject({ amountMicroUsd: 0, actor: 'admin secret', allowanceId: record.id });
    });

    test('one secret ends before its time, never the last one', async () => {
      const { record } = await createKey(by(own.records), { name: 'web' });
      const [first] = record.secrets;
      const second = { hint: 'sk-2222…2222', createdAtMs: noon };
      await own.records.keys.addSecret(record.id, first?.hint ?? '', second, randomBytes(32), noon + 5000);
      expect(await own.other.keys.endSecret(record.id, second.hint, noon + 1)).toBe(false);
      expect(await own.other.keys.endSecret(record.id, first?.hint ?? '', noon + 1)).toBe(true);
      expect(await own.other.keys.endSecret(record.id, first?.hint ?? '', noon + 1)).toBe(false);
      const [key] = await own.records.keys.findAll(record.id);
      expect(key?.secrets.map(({ validUntilMs }) => validUntilMs).toSorted()).toEqual([noon + 1, null]);
    });
  });
}

const newestOf = async (records: Pick<SqlRecords, 'audit'>) => (await records.audit.list({ limit: 1 }))[0];
