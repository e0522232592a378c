import type { LoadJob, LoadReport } from './load-messages.ts';
import { runConnection } from './wire/load-connection.ts';

// The load generator, a process of its own: raw sockets, one job at a time.

/** A server that fails at once must not be asked a million times. */
const maxFailures = 50;

async function run(job: LoadJob): Promise<LoadReport> {
  const latenciesMs: number[] = [];
  const samePicture = {};
  let started = 0;
  let failed = 0;
  let firstFailure: string | undefined;
  const startedAt = performance.now();
  const takeTurn = (): boolean => {
    if (
      failed >= maxFailures ||
      started >= job.maxRequests ||
      performance.now() - startedAt >= job.maxDurationMs
    )
      return false;
    started++;
    return true;
  };
  const onDone = (latencyMs: number, failure: string | undefined): void => {
    if (failure === undefined) {
      latenciesMs.push(latencyMs);
    } else {
      failed++;
      firstFailure ??= failure;
    }
  };
  const request = Buffer.from(job.request);
  const { port, expect } = job;
  const receiveBufferBytes = job.concurrency > 64 ? 16 * 1024 : 256 * 1024;
  await Promise.all(
    Array.from({ length: job.concurrency }, () =>
      runConnection({ port, request, expect, samePicture, receiveBufferBytes, takeTurn, onDone }),
    ),
  );
  return {
    completed: latenciesMs.length,
    failed,
    firstFailure,
    elapsedMs: performance.now() - startedAt,
    latenciesMs,
  };
}

process.on('message', (job: LoadJob) => {
  void run(job).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit(0));
