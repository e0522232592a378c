import type { PoolMember } from '../../src/routing/pool-member.ts';
import type { Behaviour } from './simulated-upstream.ts';

export interface Case {
  readonly name: string;
  readonly upstreams: readonly (Behaviour & { readonly member?: Partial<PoolMember> })[];
  readonly perMinute?: number;
}

const well: Behaviour = {};
const withThree = (first: Behaviour): readonly Behaviour[] => [first, well, well, well];
const quotas = [5, 10, 10, 10];
const limited = (isKnown: boolean, tellsDelay: boolean): Case['upstreams'] =>
  quotas.map((perMinute) => ({
    perMinute,
    tellsDelay,
    ...(isKnown && { member: { requestsPerMinute: perMinute } }),
  }));

/** Four upstreams, 30 orders a minute, a median of 12 s a picture, where a case says nothing else. */
export const cases: readonly Case[] = [
  { name: 'all well', upstreams: withThree(well) },
  { name: 'one 5 times slower', upstreams: withThree({ medianS: 60 }) },
  { name: 'one fails at once', upstreams: withThree({ failing: 1 }) },
  { name: 'one fails 30 %', upstreams: withThree({ failing: 0.3, failsAfterMs: 5000 }) },
  { name: 'one hangs 60 s', upstreams: withThree({ hangs: true }) },
  { name: 'medians of 30, 12, 12 and 6 s', upstreams: [{ medianS: 30 }, well, well, { medianS: 6 }] },
  { name: 'two, of which one fails at once', upstreams: [{ failing: 1 }, well] },
  { name: 'one, which fails 5 %', upstreams: [{ failing: 0.05 }] },
  { name: 'one fails from 600 to 1800 s', upstreams: withThree({ failing: 1, fromS: 600, toS: 1800 }) },
  {
    name: 'all fail for 15 minutes',
    upstreams: Array.from({ length: 4 }, () => ({ failing: 1, fromS: 900, toS: 1800 })),
  },
  ...[30, 36, 45].flatMap((perMinute) => [
    {
      name: `quotas of 35 a minute, ${perMinute} orders, delays told`,
      perMinute,
      upstreams: limited(false, true),
    },
    { name: `the same, quotas known`, perMinute, upstreams: limited(true, true) },
  ]),
];
