/** How often something came to pass, by what it was. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  get names(): readonly string[] {
    return [...this.#counts.keys()];
  }

  count(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  toString(): string {
    const parts = [...this.#counts].toSorted(([left], [right]) => left.localeCompare(right));
    return parts.map(([what, count]) => `${count}× ${what}`).join(', ') || 'none';
  }
}

/** Runs `count` pieces of work, so many at once. */
export async function inParallel(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, worker));
}
