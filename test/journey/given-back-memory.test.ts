import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { imageAnswer, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import { startGateway } from '../support/start-gateway.ts';

/** Base64 of random bytes behind a PNG's head: no two pictures share a run of bytes. */
function randomPicture(bytes: number): string {
  return `${tinyPng.slice(0, 40)}${randomBytes(bytes).toString('base64').replaceAll('=', '')}`;
}

/** How a client behaves while it is answered. */
const readers = {
  async quick(response: IncomingMessage): Promise<Buffer> {
    return Buffer.concat(await response.toArray());
  },
  /** Leaves the gateway's write waiting: what it reads late is more than the sockets' buffers hold. */
  async slow(response: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    await sleep(100);
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if (chunks.length % 16 === 0) await sleep(1);
    }
    return Buffer.concat(chunks);
  },
  /** Goes away in the middle. */
  async leaving(response: IncomingMessage): Promise<undefined> {
    await once(response, 'data');
    response.destroy();
  },
};

test('memory given back after one answer never shows in another, however slowly the clients read', async () => {
  const orders = 36;
  const pictures = Array.from({ length: orders }, (_, index) =>
    randomPicture(index % 3 === 1 ? 12_000_000 : 150_000 + index * 60_000),
  );
  const upstream = await startFakeGemini(async (call, response) => {
    const [, index] = /picture (\d+)\./.exec(JSON.stringify(call.body)) ?? [];
    const body = Buffer.from(JSON.stringify(imageAnswer(pictures[Number(index)])));
    response.writeHead(200, { 'content-type': 'application/json' });
    // Chunked, as Google answers, in pieces whose borders fall anywhere.
    const pieceBytes = 9_000 + Number(index) * 1_700;
    for (let at = 0; at < body.length; at += pieceBytes) {
      if (!response.write(body.subarray(at, at + pieceBytes))) await once(response, 'drain');
    }
    response.end();
  });
  const gateway = await startGateway({ upstreamUrl: upstream.url });
  const wrong: string[] = [];
  const order = async (index: number): Promise<void> => {
    const [name, read] = Object.entries(readers)[index % 3] ?? [];
    const stream = index % 2 === 0;
    const request = httpRequest(`${gateway.url}/v1/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    });
    request.end(JSON.stringify({ prompt: `Draw picture ${index}.`, stream }));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const body = await read?.(response);
    const picture =
      body === undefined ? undefined : /"b64_json":"([^"]*)"/.exec(body.toString('latin1'))?.[1];
    if (body !== undefined && picture !== pictures[index]) wrong.push(`${index} ${name} stream: ${stream}`);
  };
  try {
    const waiting = Array.from({ length: orders }, (_, index) => index);
    const work = async (): Promise<void> => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await order(index);
    };
    await Promise.all(Array.from({ length: 12 }, work));
    expect(wrong).toEqual([]);
  } finally {
    await gateway.close();
    await upstream.close();
  }
}, 60_000);
