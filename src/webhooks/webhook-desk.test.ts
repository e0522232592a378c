import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptySqliteBook, type EmptyBook } from '../../test/support/empty-books.ts';
import {
  isGenuine,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../../test/support/webhook-receiver.ts';
import { guardedPost } from '../remote/guarded-post.ts';
import { SqlWebhookOutbox } from '../store/sql/sql-webhook-outbox.ts';
import { type PostWebhook, WebhookDesk, type WebhookEndpoint } from './webhook-desk.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const newSecret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const hour = 3_600_000;

let book: EmptyBook;
let receiver: WebhookReceiver;
let nowMs = 0;
let lines: { level: string; fields: Record<string, unknown>; message: string }[] = [];
let told: string[] = [];
let desks: WebhookDesk[] = [];
beforeEach(async () => {
  book = await emptySqliteBook();
  receiver = await startWebhookReceiver();
  nowMs = Date.parse('2026-11-26T12:00:00.700Z');
  [lines, told, desks] = [[], [], []];
});
afterEach(async () => {
  for (const desk of desks) await desk.stop();
  await receiver.close();
  await book.close();
});

let made = 0;
async function alert(type = 'budget.threshold_reached'): Promise<string> {
  const id = `evt_${String(++made).padStart(6, '0')}`;
  await book.db
    .insertInto('alerts')
    .values({
      id,
      type,
      allowance_id: 'proj_default',
      end_user: null,
      limit_name: 'total_micro_usd',
      allowed: 100,
      used: 80,
      percent: 80,
      requested: null,
      period_start_ms: null,
      resets_at_ms: null,
      at_ms: nowMs,
      told_at_ms: null,
    })
    .execute();
  return id;
}

const post: PostWebhook = (url, headers, body, signal) =>
  guardedPost(url, headers, body, signal, { allowPrivate: true, timeoutMs: 5000 });

/** A desk that is turned by hand. */
function deskOf(endpoints: readonly Partial<WebhookEndpoint>[], more: { post?: PostWebhook } = {}) {
  const write = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields: { ...fields }, message });
  };
  const desk = new WebhookDesk({
    outbox: new SqlWebhookOutbox(book.db, 'sqlite'),
    post,
    clock: { nowMs: () => nowMs },
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    onAlert: ({ id }) => told.push(id),
    pollMs: 10_000_000,
    ...more,
  });
  desk.start(() =>
    endpoints.map((endpoint) => ({
      name: 'default',
      url: receiver.url,
      secrets: [secret],
      events: null,
      ...endpoint,
    })),
  );
  desks.push(desk);
  return desk;
}

test('an alert is told here and to its receiver, once, signed as Standard Webhooks ask for', async () => {
  const id = await alert();
  const desk = deskOf([{}]);
  await desk.turn();
  await desk.turn();
  expect(told).toEqual([id]);
  expect(receiver.received).toHaveLength(1);
  const [message] = receiver.received;
  expect(message?.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': '1795694400',
  });
  expect(message && (await isGenuine(secret, message))).toBe(true);
  expect(message && (await isGenuine(newSecret, message))).toBe(false);
  expect(message && (await isGenuine(secret, { ...message, body: `${message.body} ` }))).toBe(false);
  expect(JSON.parse(message?.body ?? '')).toMatchObject({
    type: 'budget.threshold_reached',
    timestamp: '2026-11-26T12:00:00.700Z',
    data: { project: { id: 'proj_default', name: 'default' }, percent: 80 },
  });
});

test('while a secret changes, both sign', async () => {
  await alert();
  await deskOf([{ secrets: [secret, newSecret] }]).turn();
  const [message] = receiver.received;
  for (const known of [secret, newSecret]) expect(message && (await isGenuine(known, message))).toBe(true);
});

test('a receiver is told of what it named, and nobody is needed for the log', async () => {
  await alert();
  await alert('budget.exhausted');
  await deskOf([{ events: ['budget.exhausted'] }]).turn();
  expect(receiver.received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
    { type: 'budget.exhausted' },
  ]);
  expect(told).toHaveLength(2);
});

test('what was not taken is sent again, the same and with a signature of its own, also by the next process', async () => {
  await alert();
  receiver.answerWith(500);
  const desk = deskOf([{}]);
  await desk.turn();
  await desk.turn();
  expect(receiver.received).toHaveLength(1);
  expect(lines).toMatchObject([{ level: 'warn', fields: { endpoint: 'default', failure: 'status 500' } }]);
  await desk.stop();
  receiver.answerWith(200);
  nowMs += 10_000;
  await deskOf([{}]).turn();
  const [first, second] = receiver.received;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.body).toBe(first?.body);
  expect(second?.headers['webhook-timestamp']).toBe('1795694410');
  expect(second && (await isGenuine(secret, second))).toBe(true);
  // Told in the log once.
  expect(told).toHaveLength(1);
});

test('a stop in the middle of sending loses nothing', async () => {
  await alert();
  let hasBegun = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    hasBegun = resolve;
  });
  const desk = deskOf([{}], {
    post: (_url, _headers, _body, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('cut')));
        hasBegun();
      }),
  });
  const turn = desk.turn();
  await begun;
  await desk.stop();
  await turn;
  expect(lines).toEqual([]);
  await deskOf([{}]).turn();
  expect(receiver.received).toHaveLength(1);
});

test('a receiver that fails for a day is disabled, with a line that says how to enable it', async () => {
  receiver.answerWith(503);
  const desk = deskOf([{ name: 'finance' }]);
  for (let hours = 0; hours <= 24; hours++) {
    await alert();
    await desk.turn();
    nowMs += hour;
  }
  for (let hours = 0; hours <= 5; hours++) {
    await desk.turn();
    nowMs += hour;
  }
  const disabled = lines.filter(({ level }) => level === 'error');
  expect(disabled.at(-1)?.message).toContain('plantain webhooks enable finance');
  const before = receiver.received.length;
  expect(before).toBeLessThan(400);
  await alert();
  await desk.turn();
  expect(receiver.received.length).toBe(before);
  const outbox = new SqlWebhookOutbox(book.db, 'sqlite');
  expect(await outbox.states()).toMatchObject([{ name: 'finance', waiting: 0, lastFailure: 'status 503' }]);
  receiver.answerWith(200);
  await outbox.enable('finance');
  await alert();
  await desk.turn();
  expect(receiver.received.length).toBe(before + 1);
});

test('a receiver that says it is gone is disabled at once', async () => {
  await alert();
  receiver.answerWith(410);
  await deskOf([{}]).turn();
  expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining('is gone') as unknown }]);
});

test('one receiver that fails does not keep another from being told', async () => {
  for (let count = 0; count < 40; count++) await alert();
  const down = 'http://127.0.0.1:1/';
  await deskOf([{ name: 'down', url: down }, { name: 'up' }]).turn();
  expect(receiver.received).toHaveLength(40);
});

test('a store that fails is told, and the next turn goes on', async () => {
  const desk = deskOf([{}]);
  await desk.turn();
  await book.db.schema.alterTable('alerts').renameTo('away').execute();
  await desk.turn();
  expect(lines).toMatchObject([{ level: 'warn' }]);
  await book.db.schema.alterTable('away').renameTo('alerts').execute();
  await alert();
  await desk.turn();
  expect(receiver.received).toHaveLength(1);
});
