import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { createProject, editProject } from '../../src/access/manage-projects.ts';
import { withRecords } from '../../src/cli/open-records.ts';
import { noLimits } from '../../src/journey/limits.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const clock = { nowMs: () => Date.now() };
const model = 'gemini-nano-banana-2.1';

function ask(key: string, path: string, body: object): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
const draw = (key: string, query = '') =>
  ask(key, `/v1/images/generations${query}`, { prompt: 'a fox', model });
const charged = (answer: Response): number => Number(answer.headers.get('plantain-cost-micro-usd'));

test('a project is charged its markup in both protocols and within its budget, and the ledger keeps the cost', async () => {
  const plainDry = (await (await draw(gateway.key, '?dry_run=true')).json()) as Record<string, number>;
  const bound = plainDry['highest_price_micro_usd'] ?? 0;
  const cost = charged(await draw(gateway.key));
  const { key, projectId } = await withRecords(gateway.app.config, async ({ keys, projects }) => {
    const project = await createProject(projects, clock, { name: 'resold', markupBasisPoints: 1250 });
    const made = await createApiKey(keys, clock, { name: 'k', projectId: project.id, limits: noLimits });
    return { key: made.key, projectId: project.id };
  });
  const dry = (await (await draw(key, '?dry_run=true')).json()) as Record<string, number>;
  expect(dry['highest_price_micro_usd']).toBe(Math.floor((bound * 11_250 + 5000) / 10_000));
  const answer = await draw(key);
  expect(charged(answer)).toBe(Math.floor((cost * 11_250 + 5000) / 10_000));
  const native = await ask(key, `/v1beta/models/${model}:generateContent`, {
    contents: [{ parts: [{ text: 'a fox' }] }],
  });
  expect(native.status).toBe(200);
  const rows = await withRecords(gateway.app.config, ({ ledger }) => ledger.list({ limit: 2 }));
  for (const row of rows) {
    expect(row).toMatchObject({ projectId, markupBasisPoints: 1250 });
    expect(row.chargedMicroUsd).toBe(Math.floor((row.costMicroUsd * 11_250 + 5000) / 10_000));
    // What the calls cost is what the upstream bills.
    const calls = await withRecords(gateway.app.config, ({ ledger }) => ledger.attempts(row.id));
    expect(calls.reduce((sum, call) => sum + call.costMicroUsd, 0)).toBe(row.costMicroUsd);
  }
  expect(charged(native)).toBe(rows[0]?.chargedMicroUsd);
  const used = await withRecords(gateway.app.config, ({ allowances }) =>
    allowances.find({ kind: 'project', id: projectId }),
  );
  expect(used?.counters.totalUsedMicroUsd).toBe(
    rows.reduce((sum, row) => sum + (row.chargedMicroUsd ?? 0), 0),
  );

  // Reports and exports tell both.
  const secret = (await readFile(join(gateway.dataDir, 'admin-secret'), 'utf8')).trim();
  const report = async (path: string) =>
    (
      await fetch(`${gateway.url}/admin/v1${path}`, { headers: { authorization: `Bearer ${secret}` } })
    ).text();
  const orderSums = (await report('/orders/export?project=resold&format=jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number>);
  const spent = rows.reduce((sum, row) => sum + row.costMicroUsd, 0);
  const billed = rows.reduce((sum, row) => sum + (row.chargedMicroUsd ?? 0), 0);
  const sumOf = (name: string) => orderSums.reduce((sum, row) => sum + (row[name] ?? 0), 0);
  expect([sumOf('cost_micro_usd'), sumOf('charged_micro_usd')]).toEqual([spent, billed]);
  // The sandbox drew them: it is told apart, and nobody is charged.
  expect(JSON.parse(await report('/usage?project=resold'))).toMatchObject({
    total: { cost_micro_usd: 0, charged_micro_usd: 0, sandbox_cost_micro_usd: spent },
  });

  // Another markup holds within a second, and changes no old sum.
  await withRecords(gateway.app.config, ({ projects }) =>
    editProject(projects, projectId, { markupBasisPoints: 0 }),
  );
  await vi.waitFor(async () => expect(charged(await draw(key))).toBe(cost), {
    timeout: 20_000,
    interval: 200,
  });
  const old = await withRecords(gateway.app.config, ({ ledger }) => ledger.find(rows[1]?.id ?? ''));
  expect(old).toEqual(rows[1]);
}, 60_000);
