import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageAnswer, tinyPng } from '../support/fake-gemini.ts';
import { field, file, generate, ledgerRows, rawConnection, rawForm, rawGeneration } from '../support/http.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/start-gateway-process.ts';

const mebibyte = 1024 * 1024;
const answerBytes = 16 * mebibyte;
/** Base64 that no other text on the heap holds. */
const marker = 'PlantainMemoryMarker';

/** An upstream answer of `bytes` whose picture is a PNG header and then the marker, over and over. */
function largeAnswer(bytes: number): Buffer {
  const picture = `${tinyPng.slice(0, 40)}${marker.repeat(Math.ceil(bytes / marker.length))}`;
  return Buffer.from(JSON.stringify(imageAnswer(picture.slice(0, bytes - (bytes % 4)))));
}

let directory: string;
let upstream: Server;
let upstreamUrl: string;
let receivedBytes = 0;
let answer: Buffer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plantain-memory-'));
  await writeFile(
    join(directory, 'plantain.yaml'),
    'models:\n  sixteen:\n    extends: gemini-2.5-flash-image\n    max_reference_images: 16\n',
  );
  // It keeps nothing of what it is sent: the memory of this process is not the question.
  upstream = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      receivedBytes += chunk.length;
    });
    request.once('end', () => {
      // In chunks, as Google answers.
      response.writeHead(200, { 'content-type': 'application/json' });
      for (let at = 0; at < answer.length; at += 16 * 1024)
        response.write(answer.subarray(at, at + 16 * 1024));
      response.end();
    });
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterAll(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await rm(directory, { recursive: true, force: true });
});

async function withGateway<Result>(
  env: Record<string, string>,
  work: (gateway: GatewayProcess) => Promise<Result>,
): Promise<Result> {
  const gateway = await startGatewayProcess({ upstreamUrl, dataDir: directory, env });
  try {
    return await work(gateway);
  } finally {
    await gateway.close();
  }
}

/** Asks for a picture and counts the answer's bytes, keeping none. */
async function countAnswer(gateway: GatewayProcess, options: { stream?: boolean } = {}): Promise<number> {
  const response = await generate(gateway, { prompt: 'a fox', ...options });
  expect(response.status).toBe(200);
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length;
  return bytes;
}

/**
 * How far the resident size rises above what it was before the first large answer; the first round below `limit`
 * counts, so that an accident of garbage collection does not fail the test. Memory that the allocator kept from
 * an earlier round counts too: the beginning is the same for all rounds.
 */
async function peakGrowth(
  gateway: GatewayProcess,
  limit: number,
  work: () => Promise<unknown>,
): Promise<number> {
  const { rssBytes: before } = await gateway.settle();
  let smallest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4 && smallest >= limit; round++) {
    await work();
    smallest = Math.min(smallest, (await gateway.measure()).peakBytes - before);
    await gateway.settle();
  }
  return smallest;
}

/** Small answers, until the code they run is compiled and every lazy part is loaded. */
async function warmUp(gateway: GatewayProcess): Promise<void> {
  answer = largeAnswer(64 * 1024);
  for (let round = 0; round < 30; round++) await countAnswer(gateway);
}

describe.runIf(process.platform === 'linux')('memory', { timeout: 60_000 }, () => {
  test('the peak of a 16 MiB answer on its way is below 2.5 times its size', () =>
    withGateway({}, async (gateway) => {
      await warmUp(gateway);
      answer = largeAnswer(answerBytes);
      const growth = await peakGrowth(gateway, 2.5 * answerBytes, async () =>
        expect(await countAnswer(gateway)).toBeGreaterThan(answerBytes),
      );
      console.log(`peak growth of a 16 MiB answer: ${(growth / answerBytes).toFixed(2)} times its size`);
      expect(growth).toBeGreaterThan(0);
      expect(growth).toBeLessThan(2.5 * answerBytes);
    }));

  test('a 16 MiB answer held for a client that does not read makes no string of the picture, and no heap', () =>
    withGateway({}, async (gateway) => {
      await warmUp(gateway);
      answer = largeAnswer(answerBytes);
      const before = await gateway.settle();
      const orders = ledgerRows(directory).length;
      const connection = await rawConnection(gateway.url);
      connection.socket.pause();
      connection.socket.write(rawGeneration(gateway, { prompt: 'a fox' }));
      await expect
        .poll(() => ledgerRows(directory).filter((row) => row.status === 'succeeded').length, {
          timeout: 10_000,
        })
        .toBe(orders + 1);
      const held = await gateway.settle();
      // Most of it is still in the process: the test would prove nothing otherwise.
      expect(held.buffersBytes - before.buffersBytes).toBeGreaterThan(answerBytes / 2);
      expect(held.heapUsedBytes - before.heapUsedBytes).toBeLessThan(2 * mebibyte);
      const strings = await gateway.largeStrings(64 * 1024);
      expect(strings.filter(({ head }) => head.includes(marker.slice(0, 12)))).toEqual([]);
      connection.socket.destroy();
    }));

  test.each([{ stream: false }, { stream: true }])(
    'the memory of sent pictures is given back at once, without waiting for the collector (%o)',
    ({ stream }) =>
      withGateway({}, async (gateway) => {
        await warmUp(gateway);
        answer = largeAnswer(answerBytes);
        const before = await gateway.settle();
        const orders = ledgerRows(directory).length;
        // One after the other and fewer bytes than make V8 collect by itself.
        for (let round = 0; round < 3; round++) await countAnswer(gateway, { stream });
        await expect.poll(() => ledgerRows(directory).length).toBe(orders + 3);
        const held = (await gateway.measure()).buffersBytes - before.buffersBytes;
        expect(held).toBeLessThan(2 * mebibyte);
      }),
  );

  test('an edit with 16 references of 10 MB peaks below twice their bytes and 100 MB', () =>
    withGateway({}, async (gateway) => {
      const megabyte = 1_000_000;
      const reference = Buffer.concat([
        Buffer.from(tinyPng, 'base64'),
        Buffer.alloc(10 * megabyte - Buffer.from(tinyPng, 'base64').length, 7),
      ]);
      answer = Buffer.from(JSON.stringify(imageAnswer()));
      const edit = async (count: number): Promise<void> => {
        const tail = rawForm([field('model', 'sixteen'), field('prompt', 'a collage')]);
        const part = rawForm([file('image[]', reference)]);
        const partBytes = part.length - Buffer.byteLength('--plantain-test--\r\n');
        const request = httpRequest(`${gateway.url}/v1/images/edits`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${gateway.key}`,
            'content-type': 'multipart/form-data; boundary=plantain-test',
            'content-length': count * partBytes + tail.length,
          },
        });
        for (let index = 0; index < count; index++) {
          if (!request.write(part.subarray(0, partBytes))) await once(request, 'drain');
        }
        request.end(tail);
        const [response] = (await once(request, 'response')) as [
          NodeJS.ReadableStream & { statusCode: number },
        ];
        response.resume();
        await once(response, 'end');
        expect(response.statusCode).toBe(200);
      };
      await edit(1);
      receivedBytes = 0;
      const referenceBytes = 16 * reference.length;
      const limit = 2 * referenceBytes + 100 * megabyte;
      const growth = await peakGrowth(gateway, limit, () => edit(16));
      console.log(`peak growth of 160 MB of references: ${Math.round(growth / megabyte)} MB`);
      // All of it went through, as base64.
      expect(receivedBytes).toBeGreaterThan(referenceBytes * (4 / 3));
      expect(growth).toBeLessThan(limit);
    }));

  test('many large answers at once all finish under a small cap, and nothing stays held', () =>
    withGateway({ PLANTAIN_LIMITS_MAX_HELD_BYTES: '16MiB' }, async (gateway) => {
      await warmUp(gateway);
      answer = largeAnswer(12 * mebibyte);
      const before = await gateway.settle();
      const many = 8;
      const round = async (): Promise<void> => {
        const bytes = await Promise.all(Array.from({ length: many }, () => countAnswer(gateway)));
        for (const count of bytes) expect(count).toBeGreaterThan(12 * mebibyte);
      };
      // Below what they are together, although each is held whole for a while.
      const limit = many * 12 * mebibyte;
      const growth = await peakGrowth(gateway, limit, round);
      console.log(
        `peak growth of ${many} answers of 12 MiB under a cap of 16 MiB: ${Math.round(growth / mebibyte)} MiB`,
      );
      expect(growth).toBeLessThan(limit);
      const after = await gateway.settle();
      expect(after.buffersBytes - before.buffersBytes).toBeLessThan(4 * mebibyte);
    }));
});
