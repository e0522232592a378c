import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alertEvent } from '../../src/webhooks/webhook-event.ts';
import type { WebhookOutbox } from '../../src/webhooks/webhook-outbox.ts';
import type { EmptyBook } from '../support/empty-books.ts';

export interface OutboxUnderTest extends EmptyBook {
  readonly outbox: WebhookOutbox;
  /** Another process's. */
  readonly other: WebhookOutbox;
  readonly mostWaiting: number;
}

/** What keeps alerts until they are told must do, on every database. */
export function webhookOutboxContract(adapter: string, open: () => Promise<OutboxUnderTest>): void {
  describe(`what is to be told, on ${adapter}`, () => {
    let own: OutboxUnderTest;
    beforeEach(async () => {
      own = await open();
    });
    afterEach(() => own.close());

    let made = 0;
    const alert = async (allowanceId = 'proj_default', fields: object = {}): Promise<string> => {
      const id = `evt_${String(++made).padStart(6, '0')}`;
      await own.db
        .insertInto('alerts')
        .values({
          id,
          type: 'budget.threshold_reached',
          allowance_id: allowanceId,
          end_user: null,
          limit_name: 'month_micro_usd',
          allowed: 100,
          used: 80,
          percent: 80,
          requested: null,
          period_start_ms: 1000,
          resets_at_ms: 2000,
          at_ms: 1500,
          told_at_ms: null,
          ...fields,
        })
        .execute();
      return id;
    };
    const take = (outbox = own.outbox, endpoints = ['a'], nowMs = 10_000) =>
      outbox.takeAlerts(nowMs, (told) => ({ event: alertEvent(told), endpoints }));
    const idsOf = (due: readonly { readonly id: string }[]): string[] => due.map(({ id }) => id).toSorted();

    test('an alert is told with the names of those it is about', async () => {
      await sql`insert into api_keys (id, project_id, name, strict, created_at_ms)
        values ('key_1', 'proj_default', 'website', 0, 1)`.execute(own.db);
      await alert('proj_default');
      await alert('key_1/model/gemini-3-pro-image');
      await alert('proj_default/user/abc', { end_user: 'ada' });
      const { alerts } = await take();
      const project = { id: 'proj_default', name: 'default' };
      expect(alerts.map(({ project: its, key, model, endUser }) => [its, key, model, endUser])).toEqual([
        [project, null, null, null],
        [project, { id: 'key_1', name: 'website' }, 'gemini-3-pro-image', null],
        [project, null, null, 'ada'],
      ]);
      const [first] = await own.outbox.takeDue(['a'], 10_000, 1000);
      expect(JSON.parse(first?.body ?? '')).toEqual({
        type: 'budget.threshold_reached',
        timestamp: '1970-01-01T00:00:01.500Z',
        data: {
          project,
          key: null,
          model: null,
          user: null,
          limit: 'month_micro_usd',
          allowed: 100,
          used: 80,
          percent: 80,
          requested: null,
          period_start: '1970-01-01T00:00:01.000Z',
          resets_at: '1970-01-01T00:00:02.000Z',
        },
      });
    });

    test('of several processes one tells each alert, and one sends it', async () => {
      const ids = await Promise.all([1, 2, 3, 4].map(() => alert()));
      const taken = await Promise.all([take(), take(own.other), take(), take(own.other)]);
      expect(idsOf(taken.flatMap(({ alerts }) => alerts))).toEqual(ids);
      expect((await take()).alerts).toEqual([]);
      const due = await Promise.all(
        [own.outbox, own.other, own.outbox, own.other].map((outbox) => outbox.takeDue(['a'], 10_000, 1000)),
      );
      expect(idsOf(due.flat())).toEqual(ids);
    });

    test('what a sender that died had taken is due again', async () => {
      const id = await alert();
      await take();
      expect(await own.outbox.takeDue(['a'], 10_000, 60_000)).toMatchObject([{ id, attempts: 1 }]);
      expect(await own.other.takeDue(['a'], 69_999, 60_000)).toEqual([]);
      expect(await own.other.takeDue(['a'], 70_000, 60_000)).toMatchObject([{ id, attempts: 2 }]);
    });

    test('what was received is sent no more; what was put back is due at once', async () => {
      await alert();
      await take(own.outbox, ['a', 'b']);
      const due = await own.outbox.takeDue(['a', 'b'], 10_000, 60_000);
      expect(due.map(({ endpoint }) => endpoint).toSorted()).toEqual(['a', 'b']);
      for (const delivery of due)
        if (delivery.endpoint === 'a') await own.outbox.delivered(delivery, 11_000);
        else await own.outbox.putBack(delivery, 11_000);
      expect(await own.other.takeDue(['a', 'b'], 1e9, 1)).toMatchObject([{ endpoint: 'b', attempts: 1 }]);
      expect(await own.outbox.states()).toMatchObject([
        { name: 'a', deliveredAtMs: 11_000, waiting: 0 },
        { name: 'b', waiting: 1 },
      ]);
    });

    test('while a receiver fails, nothing of it is sent before its next try', async () => {
      await alert();
      await take(own.outbox, ['a', 'b']);
      const [first] = (await own.outbox.takeDue(['a', 'b'], 10_000, 1000)).filter(
        ({ endpoint }) => endpoint === 'a',
      );
      await alert();
      await take(own.outbox, ['a', 'b'], 10_500);
      if (first === undefined) throw new Error('nothing is due');
      expect(await own.outbox.failed(first, 'status 500', 10_600, (since) => since + 5000)).toBe(10_600);
      expect((await own.outbox.takeDue(['a', 'b'], 15_599, 1000)).map(({ endpoint }) => endpoint)).toEqual([
        'b',
        'b',
      ]);
      const again = await own.outbox.takeDue(['a'], 15_600, 1000);
      expect(again).toHaveLength(2);
      const [delivery] = again;
      if (delivery === undefined) throw new Error('nothing is due');
      // It has failed since the first time, until it takes one.
      expect(await own.outbox.failed(delivery, 'status 500', 20_000, () => null)).toBe(10_600);
      expect((await own.outbox.states())[0]).toMatchObject({
        failingSinceMs: 10_600,
        lastFailure: 'status 500',
        waiting: 1,
      });
      await own.outbox.delivered(delivery, 21_000);
      expect((await own.outbox.states())[0]).toMatchObject({ failingSinceMs: null, lastFailure: null });
    });

    test('a disabled receiver is sent nothing, and nothing waits for it, until it is enabled', async () => {
      await alert();
      await take();
      expect(await own.outbox.disable('a', 11_000)).toBe(1);
      await alert();
      await take();
      expect(await own.outbox.takeDue(['a'], 1e9, 1)).toEqual([]);
      expect(await own.outbox.states()).toMatchObject([{ name: 'a', disabledAtMs: 11_000, waiting: 0 }]);
      expect(await own.outbox.enable('a')).toBe(true);
      expect(await own.outbox.enable('a')).toBe(false);
      await alert();
      await take();
      expect(await own.outbox.takeDue(['a'], 1e9, 1)).toHaveLength(1);
    });

    test('only so many wait for a receiver, and it is told how many were dropped', async () => {
      for (let count = 0; count < own.mostWaiting + 3; count++) await alert();
      const { alerts, dropped } = await take(own.outbox, ['a', 'b']);
      expect([alerts.length, dropped]).toEqual([own.mostWaiting + 3, 6]);
      expect((await own.outbox.states()).map(({ waiting }) => waiting)).toEqual([5, 5]);
    });

    test('what was told long ago is forgotten, what was not is kept', async () => {
      await alert();
      await take(own.outbox, [], 10_000);
      const untold = await alert();
      await own.outbox.forget(10_001);
      expect(await own.db.selectFrom('alerts').select('id').execute()).toEqual([{ id: untold }]);
    });
  });
}
