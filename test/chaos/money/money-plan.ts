import { randomFrom } from '../../fuzz/random-from.ts';

/** Something that happens to a server, or to the database of all of them. */
export type Blow =
  /** `kill -9` of one of the servers that run then. */
  | { readonly kind: 'kill'; readonly atMs: number; readonly pick: number }
  /** The database stops as in a power cut, and is started again. */
  | { readonly kind: 'crash'; readonly atMs: number }
  /** SIGSTOP of one of the servers that run then, and SIGCONT after a while. */
  | { readonly kind: 'pause'; readonly atMs: number; readonly pick: number; readonly forMs: number };

/** What is dealt out in a run of this length; other runs in proportion. */
const wholeSeconds = 90;
const kills = 50;
const crashes = 4;
const pauses = 6;
const pauseMs = 3000;
/** Long enough to be taken for dead, which takes 30 s, and to go on afterwards. */
const longPauseMs = 40_000;
const longPauseAtMs = 15_000;
/** Until the first orders are under way. */
const quietMs = 1000;

/** What happens in a run, by the seed alone: evenly spread, each a little earlier or later by chance. */
export function moneyPlan(seed: number, seconds: number): readonly Blow[] {
  const below = randomFrom(seed);
  const times = (whole: number): readonly number[] => {
    const count = Math.max(1, Math.round((whole * seconds) / wholeSeconds));
    const slotMs = (seconds * 1000 - quietMs) / count;
    return Array.from({ length: count }, (_, index) => quietMs + slotMs * index + below(Math.floor(slotMs)));
  };
  const plan: Blow[] = [
    ...times(kills).map((atMs) => ({ kind: 'kill' as const, atMs, pick: below(1000) })),
    ...times(crashes).map((atMs) => ({ kind: 'crash' as const, atMs })),
    ...times(pauses).map((atMs) => ({ kind: 'pause' as const, atMs, pick: below(1000), forMs: pauseMs })),
  ];
  if (seconds * 1000 > longPauseAtMs + longPauseMs)
    plan.push({ kind: 'pause', atMs: longPauseAtMs, pick: below(1000), forMs: longPauseMs });
  return plan.toSorted((one, other) => one.atMs - other.atMs);
}
