import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { imageAnswer, tinyPng } from '../../../test/support/fake-gemini.ts';
import { breaks, chunk, ends, head, scriptedAgent, type Step } from '../../../test/support/scripted-agent.ts';
import { Memory } from '../../admission/memory.ts';
import type { CatalogueModel } from '../../journey/catalogue-model.ts';
import { OrderScope } from '../../journey/order-scope.ts';
import type { PassWish } from '../../journey/pass-wish.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { inspectImage } from '../../pixels/headers/inspect-picture.ts';
import { passCall } from './pass-call.ts';

const model = { id: 'm', inputTokenLimit: 65_536, outputTokenLimit: 32_768 } as unknown as CatalogueModel;
const json = { 'content-type': 'application/json' };
const whole = JSON.stringify(imageAnswer());
const event = (document: unknown): string => `data: ${JSON.stringify(document)}\r\n\r\n`;
const said = (text: string) => ({ candidates: [{ content: { parts: [{ text }] } }] });
const refusal = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } };

/** Passes a request on to an upstream that does this. */
async function pass(
  steps: readonly Step[],
  wish: Partial<PassWish> = {},
  { onChunk, request }: { onChunk?: (scope: OrderScope) => void; request?: () => Promise<never> } = {},
) {
  const memory = new Memory({ maxBytes: 1e12, stalledMs: 10_000 });
  const scope = new OrderScope(() => memory.open());
  const chunks: string[] = [];
  let now = 1000;
  const passed = await passCall(
    {
      name: 'google',
      agent: scriptedAgent(steps),
      clock: { nowMs: () => (now += 10) },
      inspect: inspectImage,
      maxAnswerBytes: 1_000_000,
    },
    request ?? (async () => ({ origin: 'http://g.example', path: '/', method: 'POST' })),
    {
      model,
      method: 'generateContent',
      isEventStream: false,
      body: { pieces: [], byteLength: 0 },
      hasReferences: false,
      expectedBytes: 100,
      stripDrafts: false,
      onChunk: (bytes) => {
        chunks.push(bytes.toString());
        onChunk?.(scope);
      },
      ...wish,
    },
    scope,
    { phase: 'unsent', httpStatus: undefined },
  );
  return { ...passed, chunks, text: chunks.join(''), memory };
}
const streamed = { method: 'streamGenerateContent', isEventStream: true } as const;

describe('an answer', () => {
  test('is passed on byte for byte as it comes, and read beside that for the books', async () => {
    const [first, second] = [whole.slice(0, 50), whole.slice(50)];
    const { call, chunks, contentType, image, serviceTier, signature, words } = await pass([
      head(200, json),
      chunk(first),
      chunk(second),
      ends,
    ]);
    expect(chunks).toEqual([first, second]);
    expect(call).toMatchObject({
      upstream: 'google',
      model,
      startedAtMs: 1010,
      verdict: 'picture',
      phase: 'answered',
      httpStatus: 200,
      picturesSeen: 1,
      usage: { inputTokens: 10, outputImageTokens: 1290 },
    });
    expect(call.endedAtMs).toBeGreaterThan(call.startedAtMs);
    expect(image).toMatchObject({ mimeType: 'image/png', size: { widthPx: 1, heightPx: 1 } });
    expect([contentType, serviceTier, signature, words]).toEqual([
      'application/json',
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('tells the tier that was served, by its head before its body, and the signature by which it is known again', async () => {
    const answer = imageAnswer();
    const parts = [{ text: 'x', thoughtSignature: 'AAAA' }, ...(answer.candidates[0]?.content.parts ?? [])];
    const body = JSON.stringify({
      ...answer,
      candidates: [{ content: { parts }, finishReason: 'STOP' }],
      usageMetadata: { ...answer.usageMetadata, serviceTier: 'flex' },
    });
    const inBody = await pass([head(200), chunk(body), ends]);
    expect([inBody.serviceTier, inBody.call.served?.tier]).toEqual(['flex', 'flex']);
    expect(inBody.signature).toBe(createHash('sha256').update('AAAA').digest('base64'));
    const inHead = await pass([head(200, { 'x-gemini-service-tier': 'priority' }), chunk(body), ends]);
    expect([inHead.serviceTier, inHead.call.served?.tier]).toEqual(['priority', 'priority']);
  });

  test('whose picture was withheld is passed on as it is, and brought none, though it has a draft', async () => {
    const draft = { inlineData: { mimeType: 'image/png', data: tinyPng }, thought: true };
    const of = (finishReason: string) =>
      JSON.stringify({ ...imageAnswer(), candidates: [{ content: { parts: [draft] }, finishReason }] });
    const { call, image, text } = await pass([head(200), chunk(of('IMAGE_SAFETY')), ends]);
    expect([call.verdict, call.error?.code, image]).toEqual(['refused', 'moderation_blocked', undefined]);
    expect(text).toBe(of('IMAGE_SAFETY'));
    expect((await pass([head(200), chunk(of('STOP')), ends])).image).toBeDefined();
  });

  test('that is no answer is passed on too, and is the upstream’s failure', async () => {
    const { call, text } = await pass([head(200), chunk('<html>hello</html>'), ends]);
    expect(text).toBe('<html>hello</html>');
    expect(call).toMatchObject({ verdict: 'failed', fault: 'place' });
  });

  test('of a count is one of words, whatever it says', async () => {
    const { call, text } = await pass([head(200), chunk('{"totalTokens":3}'), ends], {
      method: 'countTokens',
    });
    expect(text).toBe('{"totalTokens":3}');
    expect(call).toMatchObject({ verdict: 'words', phase: 'answered', fault: undefined });
  });

  test('has only its last picture where drafts are taken out', async () => {
    const draft = { inlineData: { mimeType: 'image/png', data: tinyPng }, thought: true };
    const answer = imageAnswer();
    const parts = [draft, ...(answer.candidates[0]?.content.parts ?? [])];
    const body = JSON.stringify({ candidates: [{ content: { parts }, finishReason: 'STOP' }] });
    const stripped = await pass([head(200), chunk(body), ends], { stripDrafts: true });
    expect(stripped.text.split('inlineData')).toHaveLength(2);
    expect((await pass([head(200), chunk(body), ends])).text).toBe(body);
    expect(stripped.call.picturesSeen).toBe(2);
  });
});

describe('a stream', () => {
  test('is passed on in whole events; the last needs no empty line', async () => {
    const [first, last] = [event(said('a')), `data: ${whole}`];
    const { chunks, call } = await pass(
      [head(200), chunk(first.slice(0, 9)), chunk(first.slice(9)), chunk(last), ends],
      streamed,
    );
    expect(chunks.join('')).toBe(first + last);
    expect(chunks[0]).toBe(first.slice(0, 9));
    expect(call).toMatchObject({ verdict: 'picture', phase: 'answered' });
    const { text } = await pass([head(200), chunk(first), chunk(last), breaks], streamed);
    expect(text).toBe(first);
  });

  test('that begins with an error is passed on to nobody, so that another upstream can be asked', async () => {
    const { call, text, words } = await pass([head(200), chunk(event(refusal)), ends], streamed);
    expect(text).toBe('');
    expect(words).toBe('The model is overloaded.');
    expect(call).toMatchObject({ verdict: 'failed', fault: 'capacity' });
  });

  test('that ends with one has it passed on: its caller has the rest already', async () => {
    const sent = event(said('a')) + event(refusal);
    const { text, words } = await pass(
      [head(200), chunk(event(said('a'))), chunk(event(refusal)), ends],
      streamed,
    );
    expect(text).toBe(sent);
    expect(words).toBeUndefined();
  });

  test('that breaks off behind a whole event with a picture has brought it', async () => {
    const { call, memory } = await pass([head(200), chunk(event(imageAnswer())), breaks], streamed);
    expect(call).toMatchObject({ verdict: 'picture', phase: 'broken_off', fault: undefined });
    expect(memory.heldBytes).toBeGreaterThan(0);
  });

  test.each<[string, Step[], Partial<PassWish>]>([
    ['in the middle of its event', [chunk(`data: ${whole}`)], {}],
    ['while drafts are taken out', [chunk(event(imageAnswer()))], { stripDrafts: true }],
    ['before there was any', [chunk(event(said('a')))], {}],
  ])('that breaks off %s has brought no picture', async (_when, steps, wish) => {
    const { call } = await pass([head(200), ...steps, breaks], { ...streamed, ...wish });
    expect(call).toMatchObject({ verdict: 'failed', phase: 'broken_off', error: { code: 'upstream_error' } });
  });
});

test('an answer that is judged when it is whole, and breaks off, has brought nothing and holds nothing', async () => {
  const { call, memory } = await pass([head(200), chunk(whole), breaks]);
  expect(call).toMatchObject({ verdict: 'failed', phase: 'broken_off', picturesSeen: 1 });
  expect(memory.heldBytes).toBe(0);
});

describe('a refusal', () => {
  test('is passed on to nobody, and its words are told', async () => {
    const { call, text, words } = await pass([head(503, json), chunk(JSON.stringify(refusal)), ends]);
    expect([text, words]).toEqual(['', 'The model is overloaded.']);
    expect(call).toMatchObject({ verdict: 'failed', phase: 'failed', fault: 'capacity', httpStatus: 503 });
  });

  test('without words has none', async () => {
    const { call, words } = await pass([head(400), chunk('{"error":{"code":400}}'), ends]);
    expect(words).toBeUndefined();
    expect(call).toMatchObject({ verdict: 'failed', phase: 'refused', httpStatus: 400 });
  });

  test('inside a 200 is told by its words too', async () => {
    const { words, call } = await pass([head(200), chunk(JSON.stringify(refusal)), ends]);
    expect(words).toBe('The model is overloaded.');
    expect(call).toMatchObject({ verdict: 'failed', fault: 'capacity' });
    const silent = await pass([head(200), chunk('{"error":{"code":500}}'), ends]);
    expect(silent.words).toBeUndefined();
  });
});

describe('a call that did not come to its end', () => {
  test('because its client left is nobody’s failure but his', async () => {
    const left = new PlantainError('client_closed', 'left');
    const { call } = await pass([head(200), chunk(whole)], {}, { onChunk: (scope) => scope.abort(left) });
    expect(call).toMatchObject({ verdict: 'failed', fault: 'caller', error: left });
  });

  test('by a fault of ours is one of ours', async () => {
    const { call } = await pass(
      [head(200), chunk(whole), ends],
      {},
      {
        onChunk: () => {
          throw new TypeError('ours');
        },
      },
    );
    expect(call).toMatchObject({ verdict: 'failed', fault: 'ours', error: { code: 'internal_error' } });
  });

  test('because there was nothing to ask with was never sent', async () => {
    const broken = new PlantainError('upstream_auth_error', 'no token');
    const { call } = await pass([], {}, { request: () => Promise.reject(broken) });
    expect(call).toMatchObject({ verdict: 'failed', phase: 'unsent', error: broken, usage: 'not counted' });
  });
});
