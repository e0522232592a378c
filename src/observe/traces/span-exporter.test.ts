import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CollectorAnswer, CollectorExporter, type PostSpans, type SpanCounts } from './span-exporter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const spans = Array.from({ length: 3 }, () => ({}) as ReadableSpan);
const answered = (status: number, more: Partial<CollectorAnswer> = {}): CollectorAnswer => ({
  status,
  retryAfter: undefined,
  body: Buffer.alloc(0),
  ...more,
});

function open(answers: readonly (CollectorAnswer | Error)[]) {
  const counts: SpanCounts = { sent: 0, rejected: 0, failed: 0, dropped: 0 };
  const postedAtMs: number[] = [];
  const lost: string[] = [];
  const beganAtMs = Date.now();
  const post: PostSpans = async () => {
    const answer = answers[Math.min(postedAtMs.length, answers.length - 1)];
    postedAtMs.push(Date.now() - beganAtMs);
    if (answer instanceof Error || answer === undefined) throw answer ?? new Error('nothing is played');
    return answer;
  };
  const exporter = new CollectorExporter({
    post,
    serializer: {
      serializeRequest: () => new Uint8Array(1),
      deserializeResponse: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as object,
    },
    contentType: 'application/json',
    compression: 'none',
    timeoutMs: 10_000,
    counts,
    onLost: (cause, count) => lost.push(`${cause} (${String(count)})`),
  });
  return { exporter, counts, postedAtMs, lost };
}

/** Exports one batch; the batcher is told of a good end whatever came of it. */
async function exported(exporter: CollectorExporter): Promise<void> {
  const done = vi.fn();
  exporter.export(spans, done);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(done.mock.calls).toEqual([[{ code: 0 }]]);
}

test('what the collector takes is sent, once', async () => {
  const { exporter, counts, postedAtMs, lost } = open([answered(200)]);
  await exported(exporter);
  expect([counts, postedAtMs.length, lost]).toEqual([{ sent: 3, rejected: 0, failed: 0, dropped: 0 }, 1, []]);
});

test('of a batch that it takes in part, the rest is counted as rejected', async () => {
  for (const rejectedSpans of [2, '2']) {
    const body = Buffer.from(JSON.stringify({ partialSuccess: { rejectedSpans, errorMessage: 'no' } }));
    const { exporter, counts, lost } = open([answered(200, { body })]);
    await exported(exporter);
    expect(counts).toEqual({ sent: 1, rejected: 2, failed: 0, dropped: 0 });
    expect(lost).toEqual(['the collector did not keep all of a batch (2)']);
  }
});

test.each([
  'garbage',
  '{"partialSuccess":{"rejectedSpans":"many"}}',
  '{"partialSuccess":{"rejectedSpans":-1}}',
  '{}',
])('an answer that says nothing sensible (%s) does not unsay its status', async (body) => {
  const { exporter, counts } = open([answered(200, { body: Buffer.from(body) })]);
  await exported(exporter);
  expect(counts).toEqual({ sent: 3, rejected: 0, failed: 0, dropped: 0 });
});

test.each([429, 502, 503, 504])('after %s the batch is sent again, after a pause', async (status) => {
  const { exporter, counts, postedAtMs } = open([answered(status), answered(200)]);
  await exported(exporter);
  expect(counts.sent).toBe(3);
  expect(postedAtMs.length).toBe(2);
  expect(postedAtMs[1]).toBeGreaterThanOrEqual(800);
  expect(postedAtMs[1]).toBeLessThanOrEqual(1200);
});

test('the pause that a collector asks for is kept, and none that outlives the batch', async () => {
  const patient = open([answered(503, { retryAfter: '4' }), answered(200)]);
  await exported(patient.exporter);
  expect([patient.postedAtMs, patient.counts.sent]).toEqual([[0, 4000], 3]);
  const late = open([answered(503, { retryAfter: '3600' }), answered(200)]);
  await exported(late.exporter);
  expect([late.postedAtMs.length, late.counts.failed]).toEqual([1, 3]);
});

test.each([400, 401, 404, 413, 500, 301])('after %s it is not, and is counted as failed', async (status) => {
  const { exporter, counts, postedAtMs, lost } = open([answered(status)]);
  await exported(exporter);
  expect([counts.failed, postedAtMs.length]).toEqual([3, 1]);
  expect(lost).toEqual([`the collector answered ${String(status)} (3)`]);
});

test('a collector that is not there is tried for as long as the time-out, and no longer', async () => {
  const { exporter, counts, postedAtMs, lost } = open([new Error('connect ECONNREFUSED')]);
  await exported(exporter);
  expect(counts).toEqual({ sent: 0, rejected: 0, failed: 3, dropped: 0 });
  expect(postedAtMs.length).toBeGreaterThan(2);
  expect(Math.max(...postedAtMs)).toBeLessThan(10_000);
  expect(lost).toEqual(['connect ECONNREFUSED (3)']);
});

test('a stop sends what waits at once, for the last time', async () => {
  const { exporter, counts, postedAtMs } = open([answered(503), answered(503), answered(200)]);
  exporter.export(spans, () => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(postedAtMs).toEqual([0]);
  await exporter.shutdown();
  expect([postedAtMs, counts.failed]).toEqual([[0, 0], 3]);
});
