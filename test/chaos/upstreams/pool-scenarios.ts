import type { Troubles } from './troubles.ts';

/** Several upstreams, what is wrong with them, and what callers may see of it. */
export interface PoolScenario {
  /** What `--only` names it by. */
  readonly letter: string;
  readonly title: string;
  readonly upstreams: readonly Troubles[];
  /** Those whose process is killed before the first order. */
  readonly dead?: readonly string[];
  readonly orders: number;
  readonly inFlight: number;
  /** The share of callers that get their picture, at least. */
  readonly leastServed: number;
  /** Answers that may come beside pictures. */
  readonly allowed: readonly string[];
  /** An upstream that is killed when a third of the orders have ended, and comes back when half have. */
  readonly killed?: string;
}

const fast = [100, 300] as const;
const slow = [4000, 6000] as const;
const steady = (name: string, drawMs: Troubles['drawMs'] = fast): Troubles => ({ name, shares: {}, drawMs });

const rationed: Troubles = { name: 'rationed', shares: { quota: 0.2 }, drawMs: fast };
const busy: Troubles = { name: 'busy', shares: { overload: 0.1 }, drawMs: fast };
const cutting: Troubles = { name: 'cutting', shares: { cut: 0.05 }, drawMs: fast };
const hanging: Troubles = { name: 'hanging', shares: { hang: 0.02 }, drawMs: fast };
const troubled = [rationed, busy, cutting, hanging];
const four = ['one', 'two', 'three', 'four'];
const almostAll = 0.999;
const inFlight = 64;

/** What a caller may be told where nobody can draw: to come back later. */
const laterAnswers = ['429 rate_limit_exceeded', '503 upstream_unavailable', '503 upstream_overloaded'];

/** `scale`: a tenth where only the command is to be proved. */
export function poolScenarios(scale: number): readonly PoolScenario[] {
  const orders = (count: number): number => Math.ceil(count * scale);
  return [
    {
      letter: 'a',
      title: 'one answers 20 % with 429, one 10 % with 503, one cuts 5 %, one hangs at 2 %',
      upstreams: troubled,
      orders: orders(2000),
      inFlight,
      leastServed: almostAll,
      allowed: ['504 upstream_timeout', '502 upstream_error'],
    },
    {
      letter: 'b',
      title: 'the same, and a fifth one dead',
      upstreams: [...troubled, steady('dead')],
      dead: ['dead'],
      orders: orders(1000),
      inFlight,
      leastServed: almostAll,
      allowed: ['504 upstream_timeout', '502 upstream_error'],
    },
    {
      letter: 'c',
      title: 'the same, and a fifth one out of credit',
      upstreams: [...troubled, { name: 'broke', shares: { credit: 1 }, drawMs: fast }],
      orders: orders(1000),
      inFlight,
      leastServed: almostAll,
      allowed: ['504 upstream_timeout', '502 upstream_error'],
    },
    {
      letter: 'd',
      title: 'all slow: 4 to 6 s a picture',
      upstreams: four.map((name) => steady(name, slow)),
      orders: orders(256),
      inFlight,
      leastServed: 1,
      allowed: [],
    },
    {
      letter: 'e',
      title: 'all down',
      upstreams: four.map((name) => steady(name)),
      dead: four,
      orders: orders(256),
      inFlight,
      leastServed: 0,
      allowed: laterAnswers,
    },
    {
      letter: 'f',
      title: 'one of four killed with SIGKILL after a third of the orders, and back after half',
      upstreams: four.map((name) => steady(name, [600, 1000])),
      killed: 'one',
      orders: orders(2000),
      inFlight,
      leastServed: almostAll,
      allowed: ['502 upstream_error'],
    },
  ];
}
