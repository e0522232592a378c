/**
 * A function that does `work` at its first call and gives that result to every later one. A failure is given to
 * those who were waiting for it and then forgotten, so that the next call tries again: what was cured, such as a
 * damaged file or a full disk, must not need a restart.
 */
export function memoizePromise<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let remembered: Promise<Value> | undefined;
  return () => {
    remembered ??= attempt(work).catch((error: unknown) => {
      remembered = undefined;
      throw error;
    });
    return remembered;
  };
}

/** What `work` throws before it makes a promise is a failure like any other. */
async function attempt<Value>(work: () => Promise<Value>): Promise<Value> {
  return work();
}
