import { afterEach, describe, expect, test } from 'vitest';
import { httpAnswer, type RawCall, startRawUpstream } from '../../../test/support/raw-upstream.ts';
import { CredentialsError } from '../credentials/credentials-error.ts';
import { askFreeQuestion, type QuestionRefusal } from './free-question.ts';
import { openAgent } from '../client/open-agent.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const silent = { fault: 'upstream', dateMs: undefined, httpStatus: undefined };
const now = 'Thu, 26 Nov 2026 01:00:00 GMT';

function agentOf() {
  const timeouts = { headersTimeoutMs: 10_000, bodyTimeoutMs: 10_000, connectTimeoutMs: 1000 };
  const agent = openAgent({ maxConnections: 1, keepAliveTimeoutMs: 1000, ...timeouts }, undefined);
  closers.push(() => agent.destroy());
  return agent;
}

/** The question put to an upstream that answers like this, what was asked there, and what was left to judge. */
async function ask(answer: (call: RawCall) => void, signal = AbortSignal.timeout(10_000)) {
  const calls: RawCall[] = [];
  const upstream = await startRawUpstream((call) => {
    calls.push(call);
    answer(call);
  });
  closers.push(() => upstream.close());
  const refusals: QuestionRefusal[] = [];
  const request = { origin: upstream.url, path: '/v1/models', method: 'GET' } as const;
  const check = await askFreeQuestion(
    agentOf(),
    () => Promise.resolve(request),
    signal,
    (refusal) => {
      refusals.push(refusal);
      return { fault: 'credential', reason: 'judged' };
    },
  );
  return { check, calls, refusals };
}

describe('a question that costs nothing', () => {
  test('is answered well by a 200, whose list is given up unread', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const { check, refusals } = await ask(({ socket }) => {
      closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(`HTTP/1.1 200 OK\r\ndate: ${now}\r\ncontent-length: 1000000000\r\n\r\n{"models":[`);
    });
    expect(check).toEqual({ fault: null, reason: '', dateMs: Date.parse(now), httpStatus: 200 });
    expect(refusals).toEqual([]);
    await closed;
  });

  test('and refused is judged by status, headers and all of its body', async () => {
    const { check, refusals } = await ask(({ socket }) =>
      socket.write(httpAnswer('{"error":"no"}', { status: '401 No', headers: { 'x-why': 'y' } })),
    );
    expect(check).toEqual({ fault: 'credential', reason: 'judged', dateMs: undefined, httpStatus: 401 });
    expect(refusals).toMatchObject([{ status: 401, headers: { 'x-why': 'y' } }]);
    expect(refusals[0]?.body.toString()).toBe('{"error":"no"}');
  });

  test.each(['200 OK', '503 No'])(
    'that breaks off behind the head of a %s has its status and date',
    async (status) => {
      const { check } = await ask(({ socket }) =>
        socket.end(`HTTP/1.1 ${status}\r\ndate: ${now}\r\ncontent-length: 99\r\n\r\n`),
      );
      const httpStatus = Number.parseInt(status, 10);
      expect(check).toEqual({ fault: 'upstream', reason: '', dateMs: Date.parse(now), httpStatus });
    },
  );

  test('that nobody answers says so', async () => {
    const { check } = await ask(() => undefined, AbortSignal.timeout(200));
    expect(check).toEqual({ ...silent, reason: 'no answer in time' });
  });

  test.each([
    ['is cut off', new Error('cut off: http://10.0.0.1/x'), 'upstream', 'cut off'],
    ['no credentials', new CredentialsError('the token server says no'), 'credential', 'the token server'],
  ])('that cannot be put says why, without an address: %s', async (_name, thrown, fault, reason) => {
    const signal = AbortSignal.timeout(10_000);
    const check = await askFreeQuestion(
      agentOf(),
      () => Promise.reject(thrown),
      signal,
      () => expect.fail(),
    );
    expect(check).toMatchObject({ ...silent, fault, reason: expect.stringContaining(reason) as string });
    expect(check.reason).not.toContain('10.0.0.1');
  });

  test('to nobody tells how the connection failed', async () => {
    const request = { origin: 'http://127.0.0.1:1', path: '/', method: 'GET' } as const;
    const signal = AbortSignal.timeout(10_000);
    const check = await askFreeQuestion(
      agentOf(),
      () => Promise.resolve(request),
      signal,
      () => expect.fail(),
    );
    expect(check).toMatchObject({ ...silent, reason: expect.stringContaining('ECONNREFUSED') as string });
  });
});
