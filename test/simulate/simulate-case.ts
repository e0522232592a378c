import { loadCatalogue } from '../../src/routing/model-catalogue.ts';
import { OrderScope } from '../../src/journey/order-scope.ts';
import { PlantainError } from '../../src/kernel/plantain-error.ts';
import { drawPicture } from '../../src/routing/draw-picture.ts';
import { health } from '../../src/routing/health-constants.ts';
import { UpstreamPool } from '../../src/routing/upstream-pool.ts';
import { randomFrom } from '../fuzz/random-from.ts';
import { plainMember } from '../support/plain-member.ts';
import { roomyMemory } from '../support/plain-scope.ts';
import type { Case } from './cases.ts';
import { SimulatedUpstream } from './simulated-upstream.ts';
import { VirtualTime } from './virtual-time.ts';

export interface CaseResult {
  readonly orders: number;
  readonly failed: number;
  /** Times of those that got their picture. */
  readonly tookMs: readonly number[];
  readonly calls: number;
  readonly limited: number;
  /** Calls of the first upstream in the last third of the hour, and of all. */
  readonly lateCalls: readonly [number, number];
}

const hourMs = 3_600_000;
const lateMs = 2_400_000;
const deadlineMs = 120_000;
const model = loadCatalogue().get('gemini-3-pro-image');
const listener = { onStart: () => undefined, onEnd: () => undefined };

/** An hour of a case: orders that come by chance, through the real choice, health and retries. */
export async function simulateCase({ upstreams, perMinute = 30 }: Case, seed: number): Promise<CaseResult> {
  if (model === undefined) throw new Error('the model of the simulation is not in the catalogue');
  const below = randomFrom(seed);
  const random = (): number => below(2 ** 30) / 2 ** 30;
  const time = new VirtualTime();
  const simulated = upstreams.map(
    (behaviour, index) => new SimulatedUpstream(`u${index}`, time, random, behaviour),
  );
  const members = simulated.map((upstream, index) => plainMember(upstream, upstreams[index]?.member));
  const pool = new UpstreamPool(members, time, () => undefined, {
    random,
    schedule: (atMs, run) => time.at(atMs, run),
  });
  const tookMs: number[] = [];
  let orders = 0;
  const draw = async (): Promise<void> => {
    const startMs = time.nowMs();
    orders++;
    const scope = new OrderScope(() => roomyMemory.open());
    const callOff = time.at(startMs + deadlineMs, () =>
      scope.abort(new PlantainError('upstream_timeout', 'late')),
    );
    const policy = {
      maxTries: 3,
      retryUnanswered: true,
      backoffMs: health.backoffMs,
      silenceMs: deadlineMs * health.silenceShare,
      deadlineAtMs: startMs + deadlineMs,
      // The same jitter, of this run's own chance.
      sleep: () =>
        new Promise<void>((resolve) => void time.at(time.nowMs() + random() * health.backoffMs, resolve)),
    };
    const wish = {
      model,
      prompt: '',
      aspectRatio: '1:1',
      imageSize: '1K',
      references: [],
      index: 0,
    } as const;
    const { result } = await drawPicture(pool, policy, wish, [], scope, listener);
    callOff();
    scope.end();
    if ('image' in result) tookMs.push(time.nowMs() - startMs);
  };
  const arrive = (): void => {
    void draw();
    const nextMs = time.nowMs() - (Math.log(1 - random()) * 60_000) / perMinute;
    if (nextMs < hourMs) time.at(nextMs, arrive);
  };
  time.at(0, arrive);
  await time.run();
  const late = simulated.map(({ startsMs }) => startsMs.filter((atMs) => atMs >= lateMs).length);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  return {
    orders,
    failed: orders - tookMs.length,
    tookMs,
    calls: sum(simulated.map(({ startsMs }) => startsMs.length)),
    limited: sum(simulated.map(({ limited }) => limited)),
    lateCalls: [late[0] ?? 0, sum(late)],
  };
}
