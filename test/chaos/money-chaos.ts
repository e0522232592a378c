import { setTimeout as sleep } from 'node:timers/promises';
import { bookStatements } from '../../src/store/sql/book-statements.ts';
import { closeLost } from '../../src/store/sql/close-lost.ts';
import { Instance } from '../../src/store/sql/instance.ts';
import type { OpenDatabase } from '../../src/store/sql/open-database.ts';
import { openStore } from '../../src/store/sql/open-store.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import type { ChaosReport, Experiment, RunOptions } from './experiment.ts';
import { compareMoney } from './money/money-books.ts';
import { MoneyLoad } from './money/money-load.ts';
import { type Blow, moneyPlan } from './money/money-plan.ts';
import { moneySubjects } from './money/money-subjects.ts';
import { SharedServers } from './money/shared-servers.ts';
import { base64Of } from './support/pictures.ts';
import { type ChaosUpstream, sendWhole, startChaosUpstream, wholeAnswer } from './support/chaos-upstream.ts';
import { until } from './support/until.ts';

const servers = 3;
const lanesEach = 32;
/** Of each picture: between these, by chance. */
const drawMs = { least: 50, most: 250 };
const pictureCharacters = 20_000;
/** A server is taken for dead after 30 s without a beat, and its orders are closed within another 15 s. */
const reapedAfterMs = 45_000;
const quickSeconds = 10;
/** Shorter runs do not wait for that: what was killed is taken for dead at once. */
const shortestWaited = 60;

/** What may be answered here; above all no 500. Connections break, and who was paused finds that an upload took too long. */
const expected =
  /^(200|200 cut|429 insufficient_quota|429 rate_limit_exceeded|503 storage_unavailable|408 request_timeout|ECONNREFUSED|ECONNRESET|EPIPE|cut)$/;

/** Servers on one PostgreSQL that are killed, paused and left by their database under load: the books stay right. */
export const moneyChaos: Experiment = {
  summary:
    'three servers on one PostgreSQL, killed and paused again and again while it crashes: the books stay right',
  maxMinutes: ({ seconds }) => seconds / 60 + 5,
  page: 'chaos-money.md',
  run: ({ isQuick, seconds, seed, log }) => runMoney(isQuick ? quickSeconds : seconds, seed, log),
};

/** The experiment itself, which a test runs for a few seconds. */
export async function runMoney(seconds: number, seed: number, log: RunOptions['log']): Promise<ChaosReport> {
  const postgres = await startPostgres();
  const calls = new Map<number, number>();
  const upstream = await startCountingUpstream(calls);
  const store = await openStore({ url: postgres.url, file: '' });
  const running = new SharedServers(servers, { databaseUrl: postgres.url, upstreamUrl: upstream.url });
  try {
    const keys = await moneySubjects(store, seconds);
    await running.start();
    const load = new MoneyLoad();
    const endsAtMs = performance.now() + seconds * 1000;
    log(
      `${String(servers)} servers, ${String(lanesEach)} orders in flight at each, for ${String(seconds)} s`,
    );
    const orders = load.run({
      keys,
      lanes: servers * lanesEach,
      urlOf: (lane) => running.urlOf(lane % servers),
      isOver: () => performance.now() > endsAtMs,
    });
    const plan = moneyPlan(seed, seconds);
    await deal(plan, running, postgres, log);
    const lastBlowMs = performance.now();
    await orders;
    await running.whole();
    log('waiting until nothing is open');
    const isShort = seconds < shortestWaited;
    if (isShort) await closeAtOnce(running, store);
    const isClosed = await until(
      async () => (await openOrders(store)) === 0,
      isShort ? 0 : lastBlowMs + reapedAfterMs - performance.now(),
    );
    const closedAfterS = ((performance.now() - lastBlowMs) / 1000).toFixed(1);
    const open = await openOrders(store);
    const books = await compareMoney(store.db, { calls, told: load.told });
    const count = (kind: Blow['kind']): string => String(plan.filter((blow) => blow.kind === kind).length);
    const strange = load.answers.names.filter((name) => !expected.test(name));
    return {
      header: ['counted', ''],
      rows: [
        ['servers killed with SIGKILL', count('kill')],
        ['PostgreSQL stopped with `-m immediate` and started again', count('crash')],
        ['servers paused with SIGSTOP', count('pause')],
        ['starts that the database left in the middle, made again', String(running.failedStarts)],
        ['orders sent', String(load.sent)],
        ['answers', String(load.answers)],
        ...books.rows,
        [
          'rows still open',
          isShort
            ? `${String(open)}, the dead taken for dead at once`
            : `${String(open)}, ${closedAfterS} s after the last blow`,
        ],
      ],
      notes: [`Seed ${String(seed)}.`],
      broken: [
        ...books.broken,
        ...(isClosed ? [] : [`${String(open)} rows were open ${closedAfterS} s after the last blow`]),
        ...(calls.size > seconds ? [] : [`only ${String(calls.size)} orders were drawn`]),
        ...strange.map((name) => `${String(load.answers.count(name))} orders were answered with '${name}'`),
        ...running.strangeEnds,
        ...running
          .faults()
          .slice(0, 5)
          .map((line) => line.slice(0, 1000)),
      ],
    };
  } finally {
    await running.close();
    await store.close().catch(() => undefined);
    await upstream.close();
    await postgres.remove();
  }
}

function startCountingUpstream(calls: Map<number, number>): Promise<ChaosUpstream> {
  const picture = wholeAnswer(base64Of(pictureCharacters));
  return startChaosUpstream(async ({ prompt }, response) => {
    const order = /#(\d+)\./.exec(prompt)?.[1];
    // Counted when it is asked: what becomes of the answer is its caller's loss.
    if (order !== undefined) calls.set(Number(order), (calls.get(Number(order)) ?? 0) + 1);
    await sleep(drawMs.least + Math.random() * (drawMs.most - drawMs.least));
    sendWhole(response, picture);
  });
}

/** Deals out the plan; resolves when the last blow was dealt, and who was paused goes on. */
async function deal(
  plan: readonly Blow[],
  running: SharedServers,
  postgres: PostgresServer,
  log: RunOptions['log'],
): Promise<void> {
  const startedAtMs = performance.now();
  const pauses: Promise<void>[] = [];
  for (const blow of plan) {
    await sleep(Math.max(0, startedAtMs + blow.atMs - performance.now()));
    if (blow.kind === 'kill') await running.kill(blow.pick);
    else if (blow.kind === 'pause') {
      log(`a pause of ${String(blow.forMs / 1000)} s`);
      pauses.push(running.pause(blow.pick, blow.forMs));
    } else {
      log('the database crashes');
      await postgres.stop('immediate');
      await postgres.start();
    }
  }
  await Promise.all(pauses);
}

/** What the reaper does within 45 s, at once: those that live are stopped as by their operator, the rest is dead. */
async function closeAtOnce(running: SharedServers, { db }: OpenDatabase): Promise<void> {
  await running.stop();
  const reaper = new Instance(db, {
    version: 'chaos',
    closeLost: () => closeLost(db, bookStatements('postgres'), Date.now()),
    onClosed: () => undefined,
    onTrouble: () => undefined,
    deadMs: 0,
  });
  await reaper.reap();
}

async function openOrders({ db }: OpenDatabase): Promise<number> {
  return (await db.selectFrom('ledger').select('id').where('status', '=', 'open').execute()).length;
}
