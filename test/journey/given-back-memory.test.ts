import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { imageAnswer, pngEnd, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import { startGateway } from '../support/start-gateway.ts';

/** Base64 of random bytes behind a PNG's head: no two pictures share a run of bytes. */
function randomPicture(bytes: number): string {
  const filler = randomBytes(bytes - (bytes % 3)).toString('base64');
  return `${tinyPng.slice(0, 40)}${filler}${pngEnd}`;
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

test('memory of uploads given back never shows in another one, also where upstreams fail, answer early or read slowly', async () => {
  const orders = 30;
  const pictures = Array.from({ length: orders }, (_, index) => randomPicture(400_000 + index * 90_000));
  const wrong: string[] = [];
  let seen = 0;
  const calls = new Map<number, number>();
  const server = createServer((request, response) => {
    const answer = (status: number): void => {
      if (response.headersSent) return;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(
          status === 200
            ? imageAnswer(tinyPng)
            : { error: { code: status, message: 'Busy.', status: 'UNAVAILABLE' } },
        ),
      );
    };
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    // Every tenth is answered in the middle of its upload, and read no further for a while.
    const early = ++seen % 10 === 0;
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (early && chunks.length === 3) {
        request.pause();
        answer(200);
        setTimeout(() => request.resume(), 300);
      } else if (chunks.length % 20 === 0) {
        request.pause();
        setTimeout(() => request.resume(), 2);
      }
    });
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('latin1');
      const [, prompt] = /picture (\d+)\./.exec(body) ?? [];
      const picture = Number(prompt);
      const tries = (calls.get(picture) ?? 0) + 1;
      calls.set(picture, tries);
      if (!body.includes(`"data":"${pictures[picture] ?? 'none'}`))
        wrong.push(`picture ${String(prompt)}, try ${tries}`);
      answer(picture % 3 === 0 && tries === 1 ? 503 : 200);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway = await startGateway({
    upstreamUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  const order = async (index: number): Promise<void> => {
    const form = new FormData();
    form.set('prompt', `Draw picture ${index}.`);
    form.set(
      'image',
      new Blob([Buffer.from(pictures[index] ?? '', 'base64')], { type: 'image/png' }),
      'a.png',
    );
    const response = await fetch(`${gateway.url}/v1/images/edits`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: form,
    });
    await response.arrayBuffer();
  };
  try {
    const waiting = Array.from({ length: orders }, (_, index) => index);
    const work = async (): Promise<void> => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await order(index);
    };
    await Promise.all(Array.from({ length: 6 }, work));
    expect(wrong).toEqual([]);
    expect(calls.size).toBeGreaterThan(orders / 2);
  } finally {
    await gateway.close();
    server.closeAllConnections();
    server.close();
  }
}, 60_000);

test("memory of Gemini's own API given back never shows in another request: answers, pictures sent along, files", async () => {
  const orders = 36;
  const sent = Array.from({ length: orders }, (_, index) => randomPicture(300_000 + index * 80_000));
  const drawn = Array.from({ length: orders }, (_, index) =>
    randomPicture(index % 3 === 1 ? 9_000_000 : 150_000 + index * 50_000),
  );
  const wrong: string[] = [];
  const calls = new Map<number, number>();
  const upstream = await startFakeGemini(async (call, response) => {
    const body = JSON.stringify(call.body);
    const index = Number(/picture (\d+)\./.exec(body)?.[1]);
    const tries = (calls.get(index) ?? 0) + 1;
    calls.set(index, tries);
    if (!body.includes(`"data":"${sent[index] ?? 'none'}`)) wrong.push(`sent ${index}, try ${tries}`);
    if (index % 5 === 0 && tries === 1) {
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: 503, message: 'Busy.', status: 'UNAVAILABLE' } }));
      return;
    }
    const answer = JSON.stringify(imageAnswer(drawn[index]));
    const isStream = call.url.includes('streamGenerateContent');
    response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
    const bytes = Buffer.from(isStream ? `data: ${answer}\n\n` : answer);
    const pieceBytes = 9_000 + index * 1_700;
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      if (!response.write(bytes.subarray(at, at + pieceBytes))) await once(response, 'drain');
    }
    response.end();
  });
  const gateway = await startGateway({ upstreamUrl: upstream.url });
  const headers = { 'x-goog-api-key': gateway.key, 'content-type': 'application/json' };
  const uploaded = async (index: number): Promise<string> => {
    const start = { 'x-goog-upload-protocol': 'resumable', 'x-goog-upload-command': 'start' };
    const started = await fetch(`${gateway.url}/upload/v1beta/files`, {
      method: 'POST',
      headers: { ...headers, ...start, 'x-goog-upload-header-content-type': 'image/png' },
      body: '{}',
    });
    const taken = await fetch(started.headers.get('x-goog-upload-url') ?? '', {
      method: 'POST',
      headers: { 'x-goog-upload-command': 'upload, finalize', 'x-goog-upload-offset': '0' },
      body: Buffer.from(sent[index] ?? '', 'base64'),
    });
    const { file } = (await taken.json()) as { file: { name: string; uri: string } };
    const kept = await fetch(`${gateway.url}/v1beta/${file.name}:download?alt=media`, { headers });
    if (
      Buffer.from(await kept.arrayBuffer())
        .toString('base64')
        .replaceAll('=', '') !== sent[index]
    )
      wrong.push(`file ${index}`);
    return file.uri;
  };
  const order = async (index: number): Promise<void> => {
    const picture =
      index % 4 === 0
        ? { fileData: { mimeType: 'image/png', fileUri: await uploaded(index) } }
        : { inlineData: { mimeType: 'image/png', data: sent[index] } };
    const [name, read] = Object.entries(readers)[index % 3] ?? [];
    const method = index % 2 === 0 ? 'streamGenerateContent?alt=sse' : 'generateContent';
    const request = httpRequest(`${gateway.url}/v1beta/models/gemini-3.1-flash-image:${method}`, {
      method: 'POST',
      headers,
    });
    request.on('error', () => undefined);
    request.end(JSON.stringify({ contents: [{ parts: [{ text: `Draw picture ${index}.` }, picture] }] }));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const body = (await read?.(response))?.toString('latin1');
    if (body !== undefined && /"data":\s*"([^"]*)"/.exec(body)?.[1] !== drawn[index])
      wrong.push(`drawn ${index} ${name} ${method}: ${response.statusCode} ${body.slice(0, 120)}`);
  };
  try {
    const waiting = Array.from({ length: orders }, (_, index) => index);
    const work = async (): Promise<void> => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await order(index);
    };
    await Promise.all(Array.from({ length: 9 }, work));
    expect(wrong).toEqual([]);
    expect(calls.size).toBe(orders);
  } finally {
    await gateway.close();
    await upstream.close();
  }
}, 60_000);
