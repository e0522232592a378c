import { createHash } from 'node:crypto';

/** What an upstream does with a call. */
export const deeds = ['draw', 'quota', 'overload', 'cut', 'hang', 'credit'] as const;
export type Deed = (typeof deeds)[number];

/** One upstream, and the shares of its calls that go wrong. */
export interface Troubles {
  readonly name: string;
  readonly shares: Readonly<Partial<Record<Exclude<Deed, 'draw'>, number>>>;
  /** How long a picture takes: between these, by chance. */
  readonly drawMs: readonly [least: number, most: number];
}

export interface Chance {
  readonly deed: Deed;
  readonly drawMs: number;
}

/**
 * What becomes of the `nth` call of an order at an upstream. By the seed alone: neither the time at which it comes nor
 * what other orders do has a say, so that two runs of one seed have the same troubles.
 */
export function chanceOf(
  seed: number,
  { name, shares, drawMs }: Troubles,
  order: number,
  nth: number,
): Chance {
  const hash = createHash('sha256').update(`${seed} ${name} ${order} ${nth}`).digest();
  const [what, how] = [hash.readUInt32BE(0), hash.readUInt32BE(4)].map((word) => word / 2 ** 32);
  let left = what ?? 0;
  const deed = deeds.find((candidate) => candidate !== 'draw' && (left -= shares[candidate] ?? 0) < 0);
  const [least, most] = drawMs;
  return { deed: deed ?? 'draw', drawMs: least + (how ?? 0) * (most - least) };
}
