import { totalmem } from 'node:os';
import { heldBytesFor } from '../../../src/config/derived-defaults.ts';
import type { MemoryFacts } from '../../support/gateway-process.ts';
import { type ChaosServer, startChaosServer } from '../support/chaos-server.ts';
import { startChaosUpstream } from '../support/chaos-upstream.ts';
import { megabytes } from '../support/pictures.ts';
import { generation, send } from '../support/send.ts';
import { Tally } from '../support/tally.ts';
import { until } from '../support/until.ts';
import type { Scenario } from './scenario.ts';

export const scenarioHeader = [
  'scenario',
  'answers',
  'ledger rows',
  'cap MiB',
  'counted, peak MiB',
  'resident before MiB',
  'resident, peak MiB',
  'loop, worst ms',
  'container',
];

export interface ScenarioResult {
  readonly row: readonly string[];
  readonly broken: readonly string[];
}

/** An order waits 120 s for its picture at most, and a silent client 120 s for nothing. */
const settleTimeoutMs = 300_000;
const watchIntervalMs = 500;

/** Runs a scenario against a server of its own, in a container of `memoryLimitBytes` where that is given. */
export async function measureScenario(
  scenario: Scenario,
  memoryLimitBytes?: number,
): Promise<ScenarioResult> {
  const upstream = await startChaosUpstream(scenario.answer);
  const server = await startChaosServer({
    upstreamUrl: upstream.url,
    ...(scenario.env !== undefined && { env: scenario.env }),
    ...(scenario.settings !== undefined && { settings: scenario.settings }),
    ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
  });
  const capBytes = capOf(scenario, memoryLimitBytes);
  try {
    const watch = watchServer(server);
    await send(server, generation({ prompt: 'small' }));
    await server.worstLoopDelayMs();
    const residentBefore = server.resident()?.nowBytes;
    const answers = await scenario.run(server);
    // What was begun is to end by itself: nobody holds anything, no row is open.
    const isSettled = await until(
      async () => server.ending() !== undefined || (await isAtRest(server)),
      settleTimeoutMs,
    );
    const after = await send(server, generation({ prompt: 'small' }));
    const worstLoopMs = await server.worstLoopDelayMs().catch(() => undefined);
    const { facts, peakResidentBytes } = await watch.stop();
    const rows = new Tally();
    for (const { status } of server.rows()) rows.add(status);
    const found = { server, answers, rows, facts, isSettled, after: after.outcome, capBytes };
    const broken = brokenLimits(scenario, found);
    const row = [
      `${scenario.letter}. ${scenario.title}`,
      String(answers),
      String(rows),
      megabytes(capBytes),
      megabytes(facts?.peakHeldBytes),
      megabytes(residentBefore),
      megabytes(peakResidentBytes),
      worstLoopMs?.toFixed(0) ?? '-',
      containerText(server),
    ];
    return { row, broken };
  } finally {
    await server.close();
    await upstream.close();
  }
}

function capOf({ env }: Scenario, memoryLimitBytes: number | undefined): number {
  const stated = /^(\d+)MiB$/.exec(env?.['PLANTAIN_LIMITS_MAX_HELD_BYTES'] ?? '')?.[1];
  return stated === undefined
    ? heldBytesFor(totalmem(), memoryLimitBytes ?? 0)
    : Number(stated) * 1024 * 1024;
}

async function isAtRest(server: ChaosServer): Promise<boolean> {
  const facts = await server.measure().catch(() => undefined);
  return facts?.heldBytes === 0 && server.rows().every(({ status }) => status !== 'open');
}

/** Looks at the server again and again, so that something is known of one that was killed. */
function watchServer(server: ChaosServer) {
  let facts: MemoryFacts | undefined;
  let peakResidentBytes: number | undefined;
  const look = async (): Promise<void> => {
    peakResidentBytes = server.resident()?.peakBytes ?? peakResidentBytes;
    facts = (await server.measure().catch(() => undefined)) ?? facts;
  };
  const timer = setInterval(() => void look(), watchIntervalMs);
  return {
    async stop() {
      clearInterval(timer);
      await look();
      return { facts, peakResidentBytes };
    },
  };
}

interface Found {
  readonly server: ChaosServer;
  readonly answers: Tally;
  readonly facts: MemoryFacts | undefined;
  readonly isSettled: boolean;
  readonly after: string;
  readonly capBytes: number;
}

function brokenLimits(scenario: Scenario, found: Found): string[] {
  const { server, answers, facts, isSettled, after, capBytes } = found;
  const unclear = answers.names.filter((outcome) => !scenario.allowed.includes(outcome));
  const boundBytes = capBytes + scenario.orderBytes;
  const ending = server.ending();
  return [
    ...(ending === undefined ? [] : [`the server ended with ${ending}`]),
    ...((server.group()?.kills ?? 0) === 0 ? [] : ['the kernel killed it for its memory']),
    ...unclear.map((outcome) => `${answers.count(outcome)} orders ended in '${outcome}'`),
    ...(isSettled ? [] : ['something was still held, or a row still open, long after everybody had left']),
    ...(after === '200' ? [] : [`the order after it all ended in '${after}'`]),
    ...((facts?.peakHeldBytes ?? 0) <= boundBytes
      ? []
      : [
          `${megabytes(facts?.peakHeldBytes)} MiB were held, more than the cap and one order (${megabytes(boundBytes)})`,
        ]),
    ...server
      .faults()
      .slice(0, 3)
      .map((line) => `a fault of its own: ${line.slice(0, 300)}`),
  ].map((sentence) => `${scenario.letter}: ${sentence}`);
}

function containerText(server: ChaosServer): string {
  const group = server.group();
  if (group === undefined) return '-';
  return group.kills > 0 ? `killed ${group.kills}×` : `alive, limit met ${group.limitHits}×`;
}
