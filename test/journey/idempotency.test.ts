import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import { errorOf, generate, imagesOf, ledgerRows, onlyPicture, type Server } from '../support/http.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/start-gateway.ts';

/** An upstream whose answers wait until they are let go. */
interface Held {
  readonly upstream: FakeGemini;
  /** Lets the next call, or the one that is waiting, be answered. */
  readonly release: () => void;
}

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function heldUpstream(status = 200): Promise<Held> {
  const waiting: (() => void)[] = [];
  let released = 0;
  const upstream = await startFakeGemini(async (_call, response) => {
    if (released > 0) released--;
    else await new Promise<void>((go) => waiting.push(go));
    if (status === 200) sendJson(response, imageAnswer());
    else sendJson(response, { error: { code: status, message: 'no' } }, status);
  });
  cleanups.push(() => upstream.close());
  const release = (): void => {
    const go = waiting.shift();
    if (go === undefined) released++;
    else go();
  };
  return { upstream, release };
}

async function plainUpstream(): Promise<FakeGemini> {
  const upstream = await startFakeGemini((_call, response) => sendJson(response, imageAnswer()));
  cleanups.push(() => upstream.close());
  return upstream;
}

async function gatewayTo(upstream: FakeGemini, options: GatewayOptions = {}): Promise<Gateway> {
  const gateway = await startGateway({ upstreamUrl: upstream.url, ...options });
  cleanups.push(() => gateway.close());
  return gateway;
}

const keyed = (key: string): { headers: Record<string, string> } => ({ headers: { 'idempotency-key': key } });
const retry = (count: number): { headers: Record<string, string> } => ({
  headers: { 'x-stainless-retry-count': String(count) },
});
const fox = { prompt: 'a fox' };

/** Sends an order, and leaves once the upstream has been asked. */
async function sendAndLeave(
  gateway: Server,
  upstream: FakeGemini,
  body: unknown,
  headers: Record<string, string>,
): Promise<void> {
  const before = upstream.calls.length;
  const leaving = new AbortController();
  const sent = generate(gateway, body, { headers, signal: leaving.signal }).catch(() => undefined);
  await expect.poll(() => upstream.calls.length).toBe(before + 1);
  leaving.abort();
  await sent;
}

const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

describe('a request with an Idempotency-Key', () => {
  test('sent twice at once is one call, one receipt, and two answers of the same bytes', async () => {
    const { upstream, release } = await heldUpstream();
    const gateway = await gatewayTo(upstream);
    const both = [generate(gateway, fox, keyed('one')), generate(gateway, fox, keyed('"one"'))];
    await expect.poll(() => gateway.app.openRequests).toBe(2);
    await expect.poll(() => upstream.calls.length).toBe(1);
    release();
    const answers = await Promise.all(both);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [first, second] = await Promise.all(answers.map(bytesOf));
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true);
    expect(upstream.calls).toHaveLength(1);
    const rows = ledgerRows(gateway.dataDir);
    expect(rows).toEqual([expect.objectContaining({ status: 'succeeded', images_delivered: 1 })]);
    const replay = answers.find(({ headers }) => headers.has('plantain-idempotent-replay'));
    expect(replay?.headers.get('plantain-original-request-id')).toBe(rows[0]?.id);
    expect(replay?.headers.get('x-request-id')).not.toBe(rows[0]?.id);
  });

  test('sent again later is answered with what was kept, its members in another order or not', async () => {
    const upstream = await plainUpstream();
    const gateway = await gatewayTo(upstream);
    const first = await generate(gateway, { prompt: 'a fox', n: 1 }, keyed('k'));
    const body = await bytesOf(first);
    const again = await generate(gateway, '{ "n": 1,\n "prompt": "a fox" }', keyed('k'));
    expect(again.headers.get('plantain-idempotent-replay')).toBe('true');
    expect(again.headers.get('plantain-cost-micro-usd')).toBe(first.headers.get('plantain-cost-micro-usd'));
    expect((await bytesOf(again)).equals(body)).toBe(true);
    expect(upstream.calls).toHaveLength(1);
    expect(ledgerRows(gateway.dataDir)).toHaveLength(1);
  });

  test('is refused with another body', async () => {
    const upstream = await plainUpstream();
    const gateway = await gatewayTo(upstream);
    await generate(gateway, fox, keyed('k'));
    const other = await generate(gateway, { prompt: 'an owl' }, keyed('k'));
    expect(other.status).toBe(422);
    expect(await errorOf(other)).toMatchObject({ code: 'idempotency_key_reused', param: 'Idempotency-Key' });
    expect(upstream.calls).toHaveLength(1);
  });

  test.each(['""', 'k'.repeat(256), 'kl\u00e9'])('that cannot be one is refused: %s', async (key) => {
    const upstream = await plainUpstream();
    const gateway = await gatewayTo(upstream);
    const refused = await generate(gateway, fox, keyed(key));
    expect(refused.status).toBe(400);
    expect(await errorOf(refused)).toMatchObject({ code: 'invalid_value', param: 'Idempotency-Key' });
    expect(upstream.calls).toHaveLength(0);
  });

  test('survives a restart', async () => {
    const upstream = await plainUpstream();
    const gateway = await gatewayTo(upstream);
    const body = await bytesOf(await generate(gateway, fox, keyed('k')));
    await gateway.app.drain();
    const second = await startGateway({ upstreamUrl: upstream.url, dataDir: gateway.dataDir });
    try {
      const again = await generate(second, fox, keyed('k'));
      expect((await bytesOf(again)).equals(body)).toBe(true);
      expect(upstream.calls).toHaveLength(1);
    } finally {
      await second.close();
    }
  });

  test('that failed for free is drawn anew, and one that was refused is not', async () => {
    let answer: (response: Parameters<Parameters<typeof startFakeGemini>[0]>[1]) => void = (response) =>
      sendJson(response, { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'no' } }, 400);
    const upstream = await startFakeGemini((_call, response) => answer(response));
    cleanups.push(() => upstream.close());
    const gateway = await gatewayTo(upstream, { env: { PLANTAIN_LIMITS_UPSTREAM_TRIES: '1' } });
    const first = await generate(gateway, fox, keyed('free'));
    expect(await errorOf(first)).toMatchObject({ code: 'upstream_rejected' });
    answer = (response) =>
      sendJson(response, {
        candidates: [{ finishReason: 'IMAGE_SAFETY' }],
        usageMetadata: { promptTokenCount: 10, totalTokenCount: 10 },
      });
    const anew = await generate(gateway, fox, keyed('free'));
    expect(await errorOf(anew)).toMatchObject({ code: 'moderation_blocked' });
    const calls = upstream.calls.length;
    answer = (response) => sendJson(response, imageAnswer());
    const again = await generate(gateway, fox, keyed('free'));
    expect(again.status).toBe(400);
    expect(again.statusText).not.toBe('Bad Request');
    expect(await errorOf(again)).toMatchObject({ code: 'moderation_blocked' });
    expect(upstream.calls).toHaveLength(calls);
  });

  test('as events is replayed as the same events, and behind a link as the same link', async () => {
    const upstream = await plainUpstream();
    const gateway = await gatewayTo(upstream);
    const streamed = { prompt: 'a fox', stream: true, partial_images: 1 };
    const events = await bytesOf(await generate(gateway, streamed, keyed('events')));
    const replayed = await generate(gateway, streamed, keyed('events'));
    expect(replayed.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect((await bytesOf(replayed)).equals(events)).toBe(true);
    expect(events.toString()).toContain('event: image_generation.completed');

    const linked = { prompt: 'a fox', response_format: 'url' };
    const [link] = (await imagesOf(await generate(gateway, linked, keyed('link')))).data;
    const [same] = (await imagesOf(await generate(gateway, linked, keyed('link')))).data;
    expect(same?.url).toBe(link?.url);
    expect((await fetch(link?.url ?? '')).status).toBe(200);
    expect(upstream.calls).toHaveLength(2);
  });

  test('whose answer had to make room is not drawn twice unasked', async () => {
    const upstream = await plainUpstream();
    const gateway = await gatewayTo(upstream, { env: { PLANTAIN_IDEMPOTENCY_MAX_KEPT_BYTES: '0' } });
    await generate(gateway, fox, keyed('k'));
    await expect
      .poll(async () => {
        const again = await generate(gateway, fox, keyed('k'));
        return again.status === 409 ? (await errorOf(again)).code : again.status;
      })
      .toBe('answer_not_kept');
    expect(upstream.calls).toHaveLength(1);
  });

  test('of a client that leaves goes on, is settled once, and its picture waits', async () => {
    const { upstream, release } = await heldUpstream();
    const gateway = await gatewayTo(upstream);
    await sendAndLeave(gateway, upstream, fox, { 'idempotency-key': 'k' });
    release();
    await expect.poll(() => ledgerRows(gateway.dataDir)[0]?.status).toBe('succeeded');
    expect(await onlyPicture(await generate(gateway, fox, keyed('k')))).toEqual(
      Buffer.from(tinyPng, 'base64'),
    );
    expect(upstream.calls).toHaveLength(1);
    expect(upstream.aborted()).toBe(0);
    expect(ledgerRows(gateway.dataDir)).toHaveLength(1);
    await expect.poll(() => gateway.app.openRequests).toBe(0);
    expect(gateway.app.memory.heldBytes).toBe(0);
  });
});

describe('the retry of an SDK', () => {
  test.each([false, true])('takes the order that its client left, stream: %s', async (stream) => {
    const { upstream, release } = await heldUpstream();
    const gateway = await gatewayTo(upstream);
    await sendAndLeave(gateway, upstream, { ...fox, stream }, { 'x-stainless-retry-count': '0' });
    const again = generate(gateway, { ...fox, stream }, retry(1));
    await expect.poll(() => gateway.app.openRequests).toBe(2);
    release();
    const answer = await again;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('plantain-idempotent-replay')).toBe('true');
    expect(await answer.text()).toContain(tinyPng);
    expect(upstream.calls).toHaveLength(1);
    expect(ledgerRows(gateway.dataDir)).toEqual([expect.objectContaining({ status: 'succeeded' })]);
  });

  test('takes the result of an order that has ended', async () => {
    const upstream = await plainUpstream();
    const gateway = await gatewayTo(upstream);
    const first = await bytesOf(await generate(gateway, fox, retry(0)));
    expect((await bytesOf(await generate(gateway, fox, retry(1)))).equals(first)).toBe(true);
    expect(upstream.calls).toHaveLength(1);
  });

  test('of an order that failed is drawn, although an equal one succeeded', async () => {
    let status = 200;
    const upstream = await startFakeGemini((_call, response) =>
      status === 200
        ? sendJson(response, imageAnswer())
        : sendJson(response, { error: { code: status } }, status),
    );
    cleanups.push(() => upstream.close());
    const gateway = await gatewayTo(upstream, { env: { PLANTAIN_LIMITS_UPSTREAM_TRIES: '1' } });
    expect((await generate(gateway, fox, retry(0))).status).toBe(200);
    status = 503;
    expect((await generate(gateway, fox, retry(0))).status).toBe(503);
    status = 200;
    const calls = upstream.calls.length;
    const again = await generate(gateway, fox, retry(1));
    expect(again.status).toBe(200);
    expect(again.headers.has('plantain-idempotent-replay')).toBe(false);
    expect(upstream.calls).toHaveLength(calls + 1);
  });

  test('is never what a first time joins: two equal orders are two', async () => {
    const { upstream, release } = await heldUpstream();
    const gateway = await gatewayTo(upstream);
    const both = [generate(gateway, fox, retry(0)), generate(gateway, fox, retry(0)), generate(gateway, fox)];
    await expect.poll(() => upstream.calls.length).toBe(3);
    for (const _ of both) release();
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(ledgerRows(gateway.dataDir)).toHaveLength(3);
  });
});

test('a client with neither header that leaves cancels its order, as before', async () => {
  const { upstream } = await heldUpstream();
  const gateway = await gatewayTo(upstream);
  await sendAndLeave(gateway, upstream, fox, {});
  await expect.poll(() => ledgerRows(gateway.dataDir)[0]?.status).toBe('canceled');
  await expect.poll(() => upstream.aborted()).toBe(1);
});

test('an edit sent again with another boundary is the same edit', async () => {
  const upstream = await plainUpstream();
  const gateway = await gatewayTo(upstream);
  const send = (boundary: string, picture: Buffer): Promise<number> =>
    new Promise((resolve) => {
      const part = (head: string, body: Buffer | string): Buffer[] => [
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
        Buffer.from(body),
        Buffer.from('\r\n'),
      ];
      const request = httpRequest(`${gateway.url}/v1/images/edits`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${gateway.key}`,
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'idempotency-key': 'edit',
        },
      });
      request.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.end(
        Buffer.concat([
          ...part('name="prompt"', 'a hat'),
          ...part('name="image"; filename="x.png"', picture),
          Buffer.from(`--${boundary}--\r\n`),
        ]),
      );
    });
  const picture = Buffer.from(tinyPng, 'base64');
  expect(await send('one', picture)).toBe(200);
  expect(await send('another', picture)).toBe(200);
  expect(await send('one', Buffer.concat([picture, Buffer.from('more')]))).toBe(422);
  expect(upstream.calls).toHaveLength(1);
});
