/** What `work` comes to, unless `waitMs` pass before, or the signal is given: then its reason, or what `late` makes. */
export function withinTime<Result>(
  work: Promise<Result>,
  waitMs: number,
  signal: AbortSignal,
  late: () => Error,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const onAbort = (): void => {
      stop();
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      stop();
      reject(late());
    }, waitMs);
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(stop);
  });
}
