import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import {
  isGenuine,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../../test/support/webhook-receiver.ts';
import { loadConfig } from '../config/load-config.ts';
import { withRecords } from './open-records.ts';
import { runCommandLine } from './run-command-line.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let dataDir = '';
let file = '';
let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await startWebhookReceiver();
  dataDir = mkdtempSync(path.join(tmpdir(), 'plantain-webhooks-'));
  file = path.join(dataDir, 'plantain.yaml');
  writeFileSync(
    file,
    `webhooks:\n  url: ${receiver.url}\n  secret: ${secret}\n  allow_private: true\n  endpoints:\n    - name: finance\n      url: ${receiver.url}\n      secret: ${secret}\n      events: [budget.exhausted]\n`,
  );
  await withRecords({ ...loadConfig({ env: {}, cwd: '/' }).config, dataDir }, (records) =>
    records.webhooks.disable('finance', Date.UTC(2026, 10, 26)),
  );
});
afterEach(async () => {
  await receiver.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function run(...words: string[]) {
  const context = capturedContext();
  const exitCode = await runCommandLine([...words, '--data-dir', dataDir, '--config', file], context);
  return { exitCode, out: context.out(), err: context.err() };
}

test('receivers are listed with their hosts and how they are, without what their addresses may keep secret', async () => {
  const { out } = await run('webhooks', 'list');
  expect(out).toMatch(/default +127\.0\.0\.1:\d+ +all +ok +0 +never/);
  expect(out).toMatch(/finance +127\.0\.0\.1:\d+ +budget\.exhausted +disabled/);
  expect(out).not.toContain('token');
  expect(out).not.toContain('whsec');
});

test('each is sent a signed test, or the one that is named; who does not take it makes the command fail', async () => {
  expect(await run('webhooks', 'test')).toMatchObject({
    exitCode: 0,
    out: 'default: took it (status 204)\nfinance: took it (status 204)\n',
  });
  for (const message of receiver.received) {
    expect(JSON.parse(message.body)).toMatchObject({ type: 'webhook.test' });
    expect(await isGenuine(secret, message)).toBe(true);
  }
  receiver.answerWith(500);
  expect(await run('webhooks', 'test', 'finance')).toMatchObject({
    exitCode: 1,
    out: 'finance: answered with status 500\n',
  });
  expect((await run('webhooks', 'test', 'finanse')).err).toContain('Did you mean finance?');
  const refused = await run('webhooks', 'test', 'default', '--webhooks-allow-private', 'false');
  expect(refused).toMatchObject({ exitCode: 1 });
  expect(refused.out).toContain('not public');
});

test('a disabled receiver is enabled', async () => {
  expect((await run('webhooks', 'enable', 'finance')).out).toBe(
    'finance is enabled: it is told from now on.\n',
  );
  expect((await run('webhooks', 'enable', 'finance')).out).toBe('finance was not disabled.\n');
  expect((await run('webhooks', 'list')).out).not.toContain('disabled');
});
