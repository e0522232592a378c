import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { PoolBusy, WorkerPool } from './worker-pool.ts';

/** Echoes; `crash` throws outside any promise, `exit` ends the thread, `hang` never answers, a number waits so many ms. */
const echo = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId } from 'node:worker_threads';
    parentPort.on('message', ({ job, payload }) => {
      if (payload === 'crash') setImmediate(() => { throw new Error('boom'); });
      else if (payload === 'exit') process.exit(3);
      else if (payload === 'fail') parentPort.postMessage({ job, failure: 'it failed' });
      else if (payload !== 'hang') setTimeout(() => parentPort.postMessage({ job, result: { payload, threadId } }), Number(payload) || 0);
    });`)}`,
);

type Echo = { payload: string | number; threadId: number };
let pool: WorkerPool<string | number, Echo>;
const open = (changes: { workers?: number; maxQueued?: number; jobTimeoutMs?: number } = {}): typeof pool => {
  pool = new WorkerPool({ workerUrl: echo, workers: 1, maxQueued: 3, jobTimeoutMs: 20_000, ...changes });
  return pool;
};
afterEach(() => pool.close());

test('a worker that crashes fails its own job only; waiting and later jobs get a fresh worker', async () => {
  open();
  const before = await pool.run('before');
  const [crashed, waiting] = await Promise.allSettled([pool.run('crash'), pool.run('waiting')]);
  expect(crashed).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringContaining('crashed') },
  });
  expect(waiting).toMatchObject({ status: 'fulfilled', value: { payload: 'waiting' } });
  expect((await pool.run('later')).threadId).not.toBe(before.threadId);
});

test('a worker that exits fails its job and is replaced', async () => {
  open();
  await expect(pool.run('exit')).rejects.toThrow('stopped');
  expect((await pool.run('later')).payload).toBe('later');
});

test('a failure told by the worker keeps the worker', async () => {
  open();
  const { threadId } = await pool.run('first');
  await expect(pool.run('fail')).rejects.toThrow('it failed');
  expect((await pool.run('next')).threadId).toBe(threadId);
});

test('jobs beyond the queue bound are refused at once, and the queue drains in order', async () => {
  open({ maxQueued: 2 });
  const finished: (string | number)[] = [];
  const jobs = [40, 'second', 'third'].map((payload) =>
    pool.run(payload).then((answer) => finished.push(answer.payload)),
  );
  await expect(pool.run('too many')).rejects.toThrow(PoolBusy);
  await Promise.all(jobs);
  expect(finished).toEqual([40, 'second', 'third']);
  expect((await pool.run('room again')).payload).toBe('room again');
});

test('an aborted job leaves its place in the queue to others', async () => {
  open({ maxQueued: 1 });
  const leaver = new AbortController();
  const running = pool.run(40);
  const waiting = pool.run('waiting', leaver.signal);
  leaver.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(pool.run('takes the place')).resolves.toMatchObject({ payload: 'takes the place' });
  await running;
});

test('two workers work at the same time', async () => {
  open({ workers: 2 });
  const answers = await Promise.all([pool.run(60), pool.run(61)]);
  expect(new Set(answers.map((answer) => answer.threadId)).size).toBe(2);
});

test('a job that runs too long is ended, and the next one is served', async () => {
  open({ jobTimeoutMs: 300 });
  await expect(pool.run('hang')).rejects.toThrow('gave up after 300 ms');
  await expect(pool.run('fine')).resolves.toMatchObject({ payload: 'fine' });
});

test('closing fails what is running and what waits', async () => {
  open();
  const outcomes = Promise.allSettled([pool.run('hang'), pool.run('waiting')]);
  await pool.close();
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('closed') },
    });
});

test('an idle pool lets the process end by itself', async () => {
  const script = `
    import { PictureRenderer } from ${JSON.stringify(new URL('./picture-renderer.ts', import.meta.url).href)};
    const picture = await new PictureRenderer().render({ prompt: 'cat', widthPx: 64, heightPx: 64, mimeType: 'image/png', seed: 1, references: [] });
    console.log(picture.length > 100);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000,
  });
  expect(stdout.trim()).toBe('true');
  open();
});
