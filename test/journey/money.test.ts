import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CatalogueModel } from '../../src/journey/catalogue-model.ts';
import type { ImageOrder } from '../../src/journey/image-order.ts';
import type { Upstream } from '../../src/journey/upstream.ts';
import { sleep } from '../../src/kernel/sleep.ts';
import { newId } from '../../src/kernel/ids.ts';
import { inspectImage } from '../../src/pixels/headers/inspect-picture.ts';
import { drawOrder } from '../../src/routing/draw-order.ts';
import { loadCatalogue } from '../../src/routing/model-catalogue.ts';
import { standInsFor } from '../../src/routing/stand-ins.ts';
import { UpstreamPool } from '../../src/routing/upstream-pool.ts';
import { migrate } from '../../src/store/sql/migrate.ts';
import { type OpenDatabase, openDatabase } from '../../src/store/sql/open-database.ts';
import { SqlLedger } from '../../src/store/sql/sql-ledger.ts';
import { GeminiUpstream } from '../../src/upstreams/gemini/gemini-upstream.ts';
import { highestPrice } from '../../src/usage/price.ts';
import { settleOrder } from '../../src/usage/settle-order.ts';
import { tinyPng } from '../support/fake-gemini.ts';
import { OrderEvents } from '../../src/journey/order-events.ts';
import { plainMember } from '../support/plain-member.ts';
import { plainScope } from '../support/plain-scope.ts';
import { httpAnswer, type RawCall, type RawUpstream, startRawUpstream } from '../support/raw-upstream.ts';

/** What the upstream does with one call. */
interface Step {
  readonly status: number;
  /** Pictures in the answer; `boom` is one at which our own reader throws. */
  readonly pictures: readonly ('picture' | 'thought' | 'unreadable' | 'boom')[];
  readonly ending: 'STOP' | 'NO_IMAGE' | 'IMAGE_SAFETY' | 'CONTINUATION' | 'none' | 'blocked' | 'error';
  readonly usage: 'none' | 'plain' | 'most' | 'absurd' | 'odd';
  readonly isStream: boolean;
  /** What of the answer goes out before the connection ends; 1 is all, and the connection stays. */
  readonly share: number;
}

/** The lite model has a dearer one to fall back to, and 3.1 flash has two. */
const catalogue = loadCatalogue({
  fallbacks: {
    'gemini-3.1-flash-lite-image': ['gemini-3-pro-image'],
    'gemini-3.1-flash-image': ['gemini-3.1-flash-lite-image', 'gemini-3-pro-image'],
  },
});
const boomPng = tinyPng.replace(/.{8}$/, 'BOOM++==');
const plain: Step = {
  status: 200,
  pictures: ['picture'],
  ending: 'STOP',
  usage: 'plain',
  isStream: false,
  share: 1,
};

let upstream: RawUpstream;
let gemini: GeminiUpstream;
let opened: OpenDatabase;
let ledger: SqlLedger;
let steps: readonly Step[] = [];
let stepsTaken = 0;

beforeAll(async () => {
  upstream = await startRawUpstream((call) => play(steps[stepsTaken++ % steps.length] ?? plain, call));
  gemini = new GeminiUpstream({
    name: 'google',
    baseUrl: upstream.url,
    apiVersion: 'v1beta',
    apiKey: 'key',
    connectTimeoutMs: 5000,
    maxConnections: 10,
    headersTimeoutMs: 60_000,
    bodyTimeoutMs: 60_000,
    maxAnswerBytes: 50_000,
    inspect: (base64) => {
      if (base64.headText(1000).includes('BOOM')) throw new TypeError('a fault of our own');
      return inspectImage(base64);
    },
    clock: { nowMs: () => Date.now() },
  });
  opened = openDatabase(':memory:');
  await migrate(opened.db);
  ledger = new SqlLedger(opened.db);
});
afterAll(async () => {
  await gemini.close();
  await upstream.close();
  await opened.close();
});

function play(step: Step, { socket }: RawCall): void {
  const bytes = httpAnswer(step.status === 200 ? bodyOf(step) : errorOf(step), {
    status: `${step.status} X`,
  });
  if (step.share === 1) socket.write(bytes);
  else socket.end(bytes.subarray(0, Math.floor(bytes.length * step.share)));
}

const errorOf = ({ status }: Step): string =>
  JSON.stringify({ error: { code: status, message: status === 404 ? 'no such model' : 'no' } });

function bodyOf({ pictures, ending, usage, isStream }: Step): string {
  const parts = pictures.map((kind) => ({
    inlineData: { data: kind === 'boom' ? boomPng : kind === 'unreadable' ? 'AAAA' : tinyPng },
    ...(kind === 'thought' && { thought: true }),
  }));
  const document = {
    ...(ending === 'blocked' && { promptFeedback: { blockReason: 'OTHER' } }),
    ...(ending === 'error' && { error: { code: 503, message: 'overloaded' } }),
    candidates: [
      {
        content: { parts },
        ...(!['none', 'blocked', 'error'].includes(ending) && { finishReason: ending }),
        ...(ending === 'CONTINUATION' && { continuationToken: 'again' }),
      },
    ],
    ...(usage !== 'none' && { usageMetadata: usageOf(usage, pictures.length) }),
  };
  const text = JSON.stringify(document);
  return isStream
    ? `data: {"usageMetadata":{"promptTokenCount":3,"totalTokenCount":5}}\n\ndata: ${text}\n\n`
    : text;
}

function usageOf(kind: Step['usage'], pictures: number): object {
  const image = pictures * 1120;
  if (kind === 'absurd') return { promptTokenCount: 2 ** 53, totalTokenCount: 2 ** 53 + 2 };
  if (kind === 'odd') return { promptTokenCount: -5, totalTokenCount: 1.5 };
  // Within the model's limits, and far above what any call was expected to take.
  const [prompt, output] = kind === 'most' ? [30_000, 32_000] : [10, image + 40];
  return {
    promptTokenCount: prompt,
    totalTokenCount: prompt + output,
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: kind === 'most' ? 31_000 : image }],
  };
}

function orderOf(model: CatalogueModel, fields: Partial<ImageOrder> = {}): ImageOrder {
  return {
    id: newId('req', Date.now()),
    operation: 'generate',
    caller: { keyId: 'key_1', keyName: 'test', projectId: 'proj_default', strict: false },
    model,
    requestedModel: model.id,
    prompt: 'a fox',
    count: 1,
    aspectRatio: '1:1',
    imageSize: '1K',
    references: [],
    masksTransparency: false,
    output: { delivery: 'b64_json' },
    stream: false,
    partialImages: 0,
    adaptations: [],
    acceptedAtMs: Date.now(),
    deadlineMs: 60_000,
    ...fields,
  };
}

/** The one upstream by another name. */
const called = (name: string): Upstream => ({
  name,
  close: async () => undefined,
  async draw(wish, scope) {
    const { call, ...goods } = await gemini.draw(wish, scope);
    return { call: { ...call, upstream: name }, ...goods };
  },
});

/** Draws and settles an order with an upstream that does these steps, over and over. */
async function run(
  given: readonly Step[],
  order: ImageOrder,
  maxTries: number,
  { hasDrafts = false, names = ['google'], retryUnanswered = true } = {},
) {
  steps = given;
  stepsTaken = 0;
  const models = [order.model, ...standInsFor(order, catalogue, true).map(({ model }) => model)];
  const reservedMicroUsd = highestPrice(order, models, maxTries);
  await ledger.open({
    id: order.id,
    keyId: order.caller.keyId,
    projectId: order.caller.projectId,
    operation: order.operation,
    model: order.model.id,
    requestedModel: order.requestedModel,
    imagesRequested: order.count,
    reservedMicroUsd,
    createdAtMs: order.acceptedAtMs,
    endUser: null,
    upstream: null,
  });
  const before = upstream.count();
  const scope = plainScope();
  const options = {
    // Health would make orders wait; who is asked how often is what counts here.
    pool: new UpstreamPool(
      names.map((name) => plainMember(called(name), { hasHealth: false })),
      { nowMs: () => Date.now() },
      () => undefined,
    ),
    catalogue,
    allowSuccessors: true,
    retryPolicy: { maxTries, retryUnanswered, backoffMs: 0, sleep },
    events: new OrderEvents((fault) => expect.fail(String(fault))),
  };
  const onDraft = hasDrafts ? () => undefined : undefined;
  const drawings = await drawOrder(options, order, undefined, scope, onDraft);
  scope.end();
  const pictures = drawings.filter(({ result }) => 'image' in result).length;
  await settleOrder(
    ledger,
    { nowMs: () => Date.now() },
    { order, drawings, imagesDelivered: pictures, bytesOut: 0 },
  );
  const row = (await ledger.find(order.id)) ?? expect.fail('no row');
  const attempts = await ledger.attempts(order.id);
  return { row, attempts, pictures, reservedMicroUsd, reached: upstream.count() - before };
}

type Ran = Awaited<ReturnType<typeof run>>;

/** What holds for every order, whatever became of it. */
function checkBooks({ row, attempts, reservedMicroUsd, reached }: Ran): void {
  const sum = (pick: (attempt: Ran['attempts'][number]) => number) =>
    attempts.reduce((total, attempt) => total + pick(attempt), 0);
  expect(row.attempts).toBe(attempts.length);
  expect(row.costMicroUsd).toBe(sum((attempt) => attempt.costMicroUsd));
  expect(row.inputTokens).toBe(sum((attempt) => attempt.inputTokens));
  expect(row.outputTokens).toBe(sum((attempt) => attempt.outputTokens));
  expect(row.outputImageTokens).toBe(sum((attempt) => attempt.outputImageTokens));
  expect(row.costMicroUsd).toBeLessThanOrEqual(reservedMicroUsd);
  expect(attempts.filter(({ phase }) => phase !== 'unsent')).toHaveLength(reached);
  for (const { httpStatus, phase, usageSource, costMicroUsd } of attempts) {
    if (httpStatus === 200 || phase === 'unanswered') expect(usageSource).not.toBe('none');
    else expect([usageSource, costMicroUsd]).toEqual(['none', 0]);
  }
}

test('whatever an upstream does, every call is booked, they add up to the order, and it costs no more than reserved', async () => {
  const pictures = fc.array(fc.constantFrom('picture', 'thought', 'unreadable', 'boom'), { maxLength: 4 });
  const step: fc.Arbitrary<Step> = fc.record({
    status: fc.oneof(
      { weight: 5, arbitrary: fc.constant(200) },
      fc.constantFrom(400, 402, 404, 418, 429, 500, 503, 504),
    ),
    pictures: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, pictures),
    ending: fc.constantFrom('STOP', 'NO_IMAGE', 'IMAGE_SAFETY', 'CONTINUATION', 'none', 'blocked', 'error'),
    usage: fc.constantFrom('none', 'plain', 'plain', 'most', 'absurd', 'odd'),
    isStream: fc.boolean(),
    share: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 0.999, noNaN: true })),
  });
  const models = [
    'gemini-3-pro-image',
    'gemini-3.1-flash-image',
    'gemini-3.1-flash-lite-image',
    'gemini-2.5-flash-image',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...models),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.record({
        hasDrafts: fc.boolean(),
        names: fc.constantFrom<string[]>(['google'], ['a', 'b'], ['a', 'b', 'c', 'd']),
        retryUnanswered: fc.boolean(),
      }),
      async (given, id, count, maxTries, options) => {
        const model = catalogue.get(id) ?? expect.fail(id);
        checkBooks(await run(given, orderOf(model, { count }), maxTries, options));
      },
    ),
    { numRuns: 600 },
  );
}, 120_000);

describe('what an order cost, where its row once said less', () => {
  const lite = catalogue.get('gemini-3.1-flash-lite-image') ?? expect.fail('no model');
  /** 10 tokens of prompt at 0.25, 1120 of a picture at 30, 40 of thinking at 1.50. */
  const picture = 33_663;

  test('rounds that continue an answer are calls', async () => {
    const round: Step = { ...plain, pictures: [], ending: 'CONTINUATION' };
    const ran = await run([round, round, plain], orderOf(lite), 1);
    checkBooks(ran);
    // Each round: 10 of prompt, 40 of thinking.
    expect(ran.row).toMatchObject({
      attempts: 3,
      usageSource: 'upstream',
      costMicroUsd: 33_600 + 3 * 62.5 + 0.5,
    });
    expect(ran.attempts.map(({ verdict }) => verdict)).toEqual(['continued', 'continued', 'picture']);
  });

  test('an answer that asks to be continued for ever is four calls', async () => {
    const ran = await run([{ ...plain, pictures: [], ending: 'CONTINUATION' }], orderOf(lite), 2);
    checkBooks(ran);
    expect([ran.pictures, ran.row.attempts, ran.row.costMicroUsd]).toEqual([0, 4, 250]);
  });

  test('an answer that broke off is a call, also when the next one is whole', async () => {
    const broken: Step = { ...plain, share: 0.5 };
    const ran = await run([broken, plain], orderOf(lite), 2);
    checkBooks(ran);
    expect(ran.row).toMatchObject({ attempts: 2, usageSource: 'estimated', status: 'succeeded' });
    expect(ran.attempts.map(({ phase, usageSource }) => `${phase} ${usageSource}`)).toEqual([
      'broken_off estimated',
      'answered upstream',
    ]);
    // 2 tokens of prompt and a picture by the catalogue, and one that was counted.
    expect(ran.row.costMicroUsd).toBe(33_600.5 + 33_662.5);
  });

  test('a fault of our own is asked once, and what was counted is booked', async () => {
    const ran = await run([{ ...plain, pictures: ['boom'] }], orderOf(lite), 3);
    checkBooks(ran);
    expect(ran.reached).toBe(1);
    expect(ran.row).toMatchObject({ attempts: 1, usageSource: 'upstream', costMicroUsd: picture });
    expect(ran.attempts[0]).toMatchObject({ fault: 'ours', errorCode: 'internal_error', httpStatus: 200 });
  });

  test('an edit by the picture’s own transparency is reserved with the picture that explains it', async () => {
    const [reference] = [
      { base64: { slices: [] }, mimeType: 'image/png' },
    ] as unknown as ImageOrder['references'];
    const pro = catalogue.get('gemini-3-pro-image') ?? expect.fail('no model');
    const edit = orderOf(pro, { references: reference ? [reference] : [], masksTransparency: true });
    const without = highestPrice({ ...edit, masksTransparency: false }, [pro], 2);
    expect(highestPrice(edit, [pro], 2) - without).toBe((2 + 3) * 560 * 2);
  });

  test.each([
    ['cut behind its picture', { share: 0.93 }, 1, 1],
    ['of an unknown type', { pictures: ['unreadable'] }, 0, 1],
    ['beside an error', { ending: 'error' }, 1, 1],
    ['of an absurd count', { usage: 'absurd' }, 1, 1],
    ['of no count', { usage: 'none' }, 1, 1],
    ['larger than may be', { pictures: Array.from({ length: 800 }, () => 'thought') }, 0, 1],
  ] as const)('a picture %s costs what was drawn', async (_name, fields, delivered, calls) => {
    const ran = await run([{ ...plain, ...fields } as Step], orderOf(lite), 2);
    checkBooks(ran);
    expect([ran.pictures, ran.row.attempts]).toEqual([delivered, calls]);
    expect(ran.row.costMicroUsd).toBeGreaterThanOrEqual(calls * 33_600);
  });

  test.each([400, 402, 404, 418, 429, 500, 503])('an order refused by %i costs nothing', async (status) => {
    const ran = await run([{ ...plain, status }], orderOf(lite), 2);
    checkBooks(ran);
    expect(ran.row).toMatchObject({ costMicroUsd: 0, usageSource: 'none' });
  });

  test('a successor that stands in is charged at its own rates, beside what the model itself had taken', async () => {
    const flash = catalogue.get('gemini-2.5-flash-image') ?? expect.fail('no model');
    const words: Step = { ...plain, pictures: [], ending: 'NO_IMAGE' };
    const ran = await run([words, { ...plain, status: 404 }, plain], orderOf(flash), 3);
    checkBooks(ran);
    expect(ran.attempts.map(({ model, costMicroUsd }) => [model, costMicroUsd])).toEqual([
      // 10 × 0.30 + 40 × 2.50.
      [flash.id, 103],
      [flash.id, 0],
      // 10 × 1.50 + 1120 × 30 + 40 × 7.50.
      ['gemini-nano-banana-2.1', 33_915],
    ]);
  });
});
