import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { createProject } from '../../src/access/manage-projects.ts';
import { noLimits } from '../../src/journey/limits.ts';
import { plainCompletion, plainOpening } from '../../test/support/plain-orders.ts';
import { startPostgres } from '../../test/support/postgres-server.ts';
import type { BenchContext } from '../bench-context.ts';
import { median, quantile } from '../measure/statistics.ts';
import type { LoadShape } from '../options.ts';
import type { AdmissionFigures } from '../results.ts';

type Modules = typeof import('../../src/store/sql/open-store.ts') &
  typeof import('../../src/store/sql/sql-ledger.ts') &
  typeof import('../../src/store/sql/sql-api-key-store.ts') &
  typeof import('../../src/store/sql/sql-project-store.ts');
type Opened = Awaited<ReturnType<Modules['openStore']>>;
type Ledger = InstanceType<Modules['SqlLedger']>;

/** Orders in flight. */
const steps = [1, 8, 64, 200] as const;
/** A key and its project, with a budget each, which everybody needs; or as many again as make a thousand budgets. */
const subjects = { 'one budget': 1, '1,000 budgets': 500 } as const;
type Subjects = keyof typeof subjects;
const limits = { ...noLimits, totalMicroUsd: 1_000_000_000_000_000 };
const reservedMicroUsd = 40_000;
const clock = { nowMs: () => Date.now() };

interface Caller {
  readonly keyId: string;
  readonly projectId: string;
}

/** What the book alone takes: orders admitted and settled at once, in a closed loop, every commit on the disk. */
export async function measureAdmission(context: BenchContext): Promise<AdmissionFigures[]> {
  const { options } = context;
  const modules = await productModules(options);
  const figures: AdmissionFigures[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'plantain-admission-'));
  const postgres = await startPostgres();
  try {
    for (const database of ['SQLite', 'PostgreSQL'] as const) {
      const url = database === 'SQLite' ? undefined : postgres.url;
      const store = await modules.openStore({ url, file: join(folder, 'plantain.db'), flushesItself: true });
      const ledger = new modules.SqlLedger(store.db, {
        flush: store.flush,
        ...(url !== undefined && { postgres: { instance: { id: 'inst_bench' } } }),
      });
      for (const name of Object.keys(subjects) as Subjects[]) {
        const callers = await addCallers(modules, store, subjects[name]);
        for (const inFlight of steps) {
          context.log(`admission: ${database}, ${name}, ${inFlight} in flight`);
          const cell = await measureCell(options.shape, store, ledger, callers, inFlight);
          figures.push({ database, subjects: name, inFlight, ...cell });
        }
      }
      await store.close();
    }
  } finally {
    await postgres.remove();
    await rm(folder, { recursive: true, force: true });
  }
  return figures;
}

async function productModules({ productDir }: BenchContext['options']): Promise<Modules> {
  const load = (name: string): Promise<Partial<Modules>> => {
    const file = join(productDir, `src/store/sql/${name}.ts`);
    return import(pathToFileURL(file).href) as Promise<Partial<Modules>>;
  };
  const names = ['open-store', 'sql-ledger', 'sql-api-key-store', 'sql-project-store'];
  return Object.assign({}, ...(await Promise.all(names.map(load)))) as Modules;
}

/** So many projects, and a key in each. */
async function addCallers(modules: Modules, { db }: Opened, count: number): Promise<Caller[]> {
  const callers: Caller[] = [];
  for (let index = 0; index < count; index++) {
    const name = `bench ${count} ${index}`;
    const project = await createProject(new modules.SqlProjectStore(db), clock, { name, limits });
    const wish = { name, projectId: project.id, limits };
    const { record } = await createApiKey(new modules.SqlApiKeyStore(db), clock, wish);
    callers.push({ keyId: record.id, projectId: project.id });
  }
  return callers;
}

async function measureCell(
  { warmUpMs, rounds, roundMs }: Omit<LoadShape, 'concurrency'>,
  { db }: Opened,
  ledger: Ledger,
  callers: readonly Caller[],
  inFlight: number,
): Promise<Omit<AdmissionFigures, 'database' | 'subjects' | 'inFlight'>> {
  // What earlier cells left would be part of this one's work.
  await db.deleteFrom('ledger').execute();
  await orderFor(warmUpMs / 4, ledger, callers, inFlight);
  const perSecond: number[] = [];
  const cpuUs: number[] = [];
  const admissionMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const cpuBefore = process.cpuUsage();
    const startedAtMs = performance.now();
    const took = await orderFor(roundMs, ledger, callers, inFlight);
    const { user, system } = process.cpuUsage(cpuBefore);
    perSecond.push((took.length / (performance.now() - startedAtMs)) * 1000);
    cpuUs.push((user + system) / took.length);
    for (const ms of took) admissionMs.push(ms);
  }
  return {
    perSecond: { median: median(perSecond), best: quantile(perSecond, 1) },
    admissionMs: { p50: quantile(admissionMs, 0.5), p99: quantile(admissionMs, 0.99) },
    cpuUs: median(cpuUs),
  };
}

/** How long each admission took. */
async function orderFor(
  ms: number,
  ledger: Ledger,
  callers: readonly Caller[],
  inFlight: number,
): Promise<number[]> {
  const took: number[] = [];
  const endsAtMs = performance.now() + ms;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < endsAtMs) {
      const caller = callers[next++ % callers.length];
      const order = plainOpening({ ...caller, reservedMicroUsd, createdAtMs: Date.now() });
      const startedAtMs = performance.now();
      await ledger.open(order);
      took.push(performance.now() - startedAtMs);
      await ledger.complete(order.id, plainCompletion({ finishedAtMs: Date.now() }), []);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return took;
}
