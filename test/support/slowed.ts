import { setImmediate as nextTurn } from 'node:timers/promises';

type Methods<Name extends string> = Record<Name, (...all: never[]) => Promise<unknown>>;

/**
 * Makes each of these methods take a turn before it begins, as those of a database do that is elsewhere. Answers a count of
 * the calls that have not ended, so that a test can tell whether somebody waited for them.
 */
export function slowed<Name extends string>(what: Methods<Name>, names: readonly Name[]): () => number {
  let underWay = 0;
  for (const name of names) {
    const method = what[name];
    what[name] = async (...all: never[]) => {
      underWay++;
      try {
        await nextTurn();
        return await method.apply(what, all);
      } finally {
        underWay--;
      }
    };
  }
  return () => underWay;
}
