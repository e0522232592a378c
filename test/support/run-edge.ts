import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Kysely } from 'kysely';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { createProject } from '../../src/access/manage-projects.ts';
import { noLimits } from '../../src/journey/limits.ts';
import type { Database } from '../../src/store/sql/database-schema.ts';
import { SqlApiKeyStore } from '../../src/store/sql/sql-api-key-store.ts';
import { SqlProjectStore } from '../../src/store/sql/sql-project-store.ts';

const program = resolve(import.meta.dirname, 'edge-process.ts');
const clock = { nowMs: () => Date.now() };
const processes = 3;
const ordersEach = 3334;
/** No round number, so that a budget that is a micro-dollar short or over is seen. */
const priceMicroUsd = 39_017;
/** How many the budget has room for. */
export const roomForOrders = 1000;
export const edgeOrders = processes * ordersEach;
export const edgeBudgetMicroUsd = roomForOrders * priceMicroUsd;

export interface EdgeRun {
  /** By what the processes were answered. */
  readonly admitted: number;
  readonly rows: number;
  readonly sumMicroUsd: number;
  /** What the budget's counter says. */
  readonly usedMicroUsd: number;
  readonly open: number;
  /** The start of the processes included. */
  readonly elapsedMs: number;
}

/** Three processes with 200 orders in flight each, on a new project whose budget has room for a tenth of their orders. */
export async function runEdge(db: Kysely<Database>, url: string, name: string): Promise<EdgeRun> {
  const limits = { ...noLimits, totalMicroUsd: edgeBudgetMicroUsd };
  const project = await createProject(new SqlProjectStore(db), clock, { name, limits });
  const { record } = await createApiKey(new SqlApiKeyStore(db), clock, { name, projectId: project.id });
  const startedAtMs = performance.now();
  const args = [program, url, project.id, record.id, String(priceMicroUsd), String(ordersEach)];
  const admitted = await Promise.all(
    Array.from({ length: processes }, async () => {
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0) throw new Error(`a process ended with ${String(code)}`);
      return Number(output);
    }),
  );
  const elapsedMs = performance.now() - startedAtMs;
  const rows = await db
    .selectFrom('ledger')
    .select(['cost_micro_usd', 'status'])
    .where('project_id', '=', project.id)
    .execute();
  const { total_used_micro_usd: usedMicroUsd } = await db
    .selectFrom('allowances')
    .select('total_used_micro_usd')
    .where('id', '=', project.id)
    .executeTakeFirstOrThrow();
  return {
    admitted: admitted.reduce((sum, one) => sum + one, 0),
    rows: rows.length,
    sumMicroUsd: rows.reduce((sum, row) => sum + row.cost_micro_usd, 0),
    usedMicroUsd,
    open: rows.filter(({ status }) => status === 'open').length,
    elapsedMs,
  };
}
