import { describe, expect, test } from 'vitest';
import {
  breaks,
  chunk,
  ends,
  head,
  isSent,
  scriptedAgent,
  starts,
  type Step,
} from '../../../test/support/scripted-agent.ts';
import { Memory } from '../../admission/memory.ts';
import { OrderScope } from '../../journey/order-scope.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { exchange, type Progress } from './exchange.ts';
import { TransportError } from '../client/transport-error.ts';

const left = new PlantainError('client_closed', 'The client left.');

/** An exchange in which this happens; the phase is noted after each step. */
async function run(
  steps: readonly Step[],
  onChunk: (chunk: Buffer, scope: OrderScope) => void = () => undefined,
) {
  const memory = new Memory({ maxBytes: 1e12, stalledMs: 10_000 });
  const scope = new OrderScope(() => memory.open());
  const progress: Progress = { phase: 'unsent', httpStatus: undefined };
  const phases: string[] = [];
  const texts: string[] = [];
  const agent = scriptedAgent(steps, () => phases.push(progress.phase));
  const request = { origin: 'http://g.example', path: '/', method: 'POST' } as const;
  const result = await exchange(agent, request, {
    scope,
    maxBytes: 1000,
    expectedBytes: 0,
    progress,
    open: () => (bytes) => {
      onChunk(bytes, scope);
      texts.push(bytes.toString());
    },
  }).catch((thrown: unknown) => ({ kind: 'rejected' as const, thrown }));
  return { result, progress, phases, texts, memory };
}

describe('how far a call has come', () => {
  test('is known at every step, up to its answer', async () => {
    const { result, progress, phases, texts } = await run([
      starts,
      isSent,
      head(200),
      chunk('a'),
      chunk('b'),
      ends,
    ]);
    expect(phases).toEqual(['unsent', 'unanswered', 'broken_off', 'broken_off', 'broken_off', 'broken_off']);
    expect(progress).toEqual({ phase: 'answered', httpStatus: 200 });
    expect([result.kind, texts.join('')]).toEqual(['answered', 'ab']);
    expect(result).toMatchObject({ failure: undefined });
  });

  test('is not forgotten when the answer begins before the request has gone out', async () => {
    const { phases } = await run([starts, head(200), isSent, chunk('a'), ends]);
    expect(phases).not.toContain('unanswered');
  });

  test.each([
    [[breaks], 'unsent'],
    [[starts, isSent, breaks], 'unanswered'],
    [[starts, isSent, head(200), chunk('a'), breaks], 'broken_off'],
  ])('is told of a call that broke, %#', async (steps, phase) => {
    const { result, progress } = await run(steps);
    expect(progress.phase).toBe(phase);
    expect(result).toMatchObject({ kind: 'answered', failure: { code: 'ECONNRESET' } });
    if (result.kind === 'answered') expect(result.failure).toBeInstanceOf(TransportError);
  });
});

describe('a status', () => {
  test.each([
    [300, 'refused'],
    [400, 'refused'],
    [499, 'refused'],
    [500, 'failed'],
    [503, 'failed'],
  ])('%i is no success: %s, with what was said of it', async (status, phase) => {
    const { result, progress, texts } = await run([
      head(status, { a: 'b' }),
      chunk('{"no'),
      chunk('":1}'),
      ends,
    ]);
    expect(progress).toEqual({ phase, httpStatus: status });
    expect(result).toMatchObject({ kind: 'refused', head: { statusCode: status, headers: { a: 'b' } } });
    expect(result.kind === 'refused' && result.body.toString()).toBe('{"no":1}');
    expect(texts).toEqual([]);
  });

  test('up to 299 is one', async () => {
    expect((await run([head(299), ends])).result.kind).toBe('answered');
  });

  test('that came counts, also when what is said of it breaks off', async () => {
    const { result } = await run([head(429), chunk('{"err'), breaks]);
    expect(result.kind === 'refused' && result.body.toString()).toBe('{"err');
  });
});

describe('the bytes of an answer', () => {
  const sent = [head(200, { 'content-length': '500' }), chunk('x'.repeat(100))];

  test('that broke off are given back when they are of no use; what was to follow them, in any case', async () => {
    for (const [isOfUse, heldBytes] of [
      [false, 0],
      [true, 100],
    ] as const) {
      const { result, memory } = await run([...sent, breaks]);
      if (result.kind === 'answered') result.keep(isOfUse);
      expect(memory.heldBytes).toBe(heldBytes);
    }
  });

  test('that are all here stay, whatever is said of their use', async () => {
    const { result, memory } = await run([head(200), chunk('x'.repeat(100)), ends]);
    for (const isOfUse of [true, false]) if (result.kind === 'answered') result.keep(isOfUse);
    expect(memory.heldBytes).toBe(100);
  });

  test('are given back at once when the order is given up, with its reason', async () => {
    const { result, memory } = await run(sent, (_chunk, scope) => scope.abort(left));
    expect(result).toEqual({ kind: 'rejected', thrown: left });
    expect(memory.heldBytes).toBe(0);
  });

  test('are given back when we cannot read them by a fault of ours, which is no failure of the upstream', async () => {
    const fault = new TypeError('ours');
    const { result, memory } = await run([...sent, ends], () => {
      throw fault;
    });
    expect(result).toEqual({ kind: 'rejected', thrown: fault });
    expect(memory.heldBytes).toBe(0);
  });

  test('that cannot be what was asked for are its failure', async () => {
    const tooMany = new PlantainError('upstream_answer_too_large', 'too many');
    const { result, progress } = await run([...sent, ends], () => {
      throw tooMany;
    });
    expect(result).toMatchObject({ kind: 'answered', failure: tooMany });
    expect(progress.phase).toBe('broken_off');
  });
});
