import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageAnswer, pngEnd, tinyPng } from '../support/fake-gemini.ts';
import {
  field,
  file,
  generate,
  ledgerRows,
  postForm,
  rawConnection,
  rawForm,
  rawGeneration,
} from '../support/http.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/start-gateway-process.ts';
import { flat, maskWithHole } from '../support/test-pictures.ts';

const mebibyte = 1024 * 1024;
const answerBytes = 16 * mebibyte;
/** Base64 that no other text on the heap holds. */
const marker = 'PlantainMemoryMarker';

/** An upstream answer of `bytes` whose picture is a PNG header, the marker, over and over, and a PNG's end. */
function largeAnswer(bytes: number): Buffer {
  const picture = `${tinyPng.slice(0, 40)}${marker.repeat(Math.ceil(bytes / marker.length))}`;
  const whole = `${picture.slice(0, bytes - (bytes % 4) - pngEnd.length)}${pngEnd}`;
  return Buffer.from(JSON.stringify(imageAnswer(whole)));
}

let directory: string;
let upstream: Server;
let upstreamUrl: string;
let receivedBytes = 0;
let answer: Buffer;
/** The upstream sends so many bytes of its answer and then nothing. */
let stallsAfterBytes: number | undefined;

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
      if (stallsAfterBytes !== undefined) {
        response.write(answer.subarray(0, stallsAfterBytes));
        return;
      }
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
    'the memory of sent pictures is given back soon, without waiting for the collector (%o)',
    ({ stream }) =>
      withGateway({}, async (gateway) => {
        await warmUp(gateway);
        answer = largeAnswer(answerBytes);
        const before = await gateway.settle();
        const orders = ledgerRows(directory).length;
        // One after the other and fewer bytes than make V8 collect by itself.
        for (let round = 0; round < 3; round++) await countAnswer(gateway, { stream });
        await expect.poll(() => ledgerRows(directory).length).toBe(orders + 3);
        // Blocks are kept for the next picture until nobody has wanted one for a second.
        const held = async (): Promise<number> =>
          (await gateway.measure()).buffersBytes - before.buffersBytes;
        await expect.poll(held, { timeout: 10_000 }).toBeLessThan(2 * mebibyte);
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

  test('the cap is passed by one order at most, however many answers come at once, and nothing stays held', () =>
    withGateway({ PLANTAIN_LIMITS_MAX_HELD_BYTES: '16MiB' }, async (gateway) => {
      await warmUp(gateway);
      answer = largeAnswer(12 * mebibyte);
      const before = await gateway.settle();
      const bytes = await Promise.all(Array.from({ length: 8 }, () => countAnswer(gateway)));
      for (const count of bytes) expect(count).toBeGreaterThan(12 * mebibyte);
      const after = await gateway.settle();
      expect(after.peakHeldBytes).toBeLessThan((16 + 12) * mebibyte + answer.length * 0.1);
      expect(after.heldBytes).toBe(0);
      const left = async (): Promise<number> => (await gateway.settle()).buffersBytes - before.buffersBytes;
      await expect.poll(left, { timeout: 10_000 }).toBeLessThan(4 * mebibyte);
    }));

  test('clients that do not read cannot make it hold more, and those that do are served meanwhile', () =>
    withGateway(
      { PLANTAIN_LIMITS_MAX_HELD_BYTES: '16MiB', PLANTAIN_LIMITS_STALLED_CLIENT_MS: '1s' },
      async (gateway) => {
        await warmUp(gateway);
        answer = largeAnswer(8 * mebibyte);
        const { rssBytes } = await gateway.settle();
        const silent = await Promise.all(
          Array.from({ length: 24 }, async () => {
            const connection = await rawConnection(gateway.url);
            connection.socket.once('data', () => connection.socket.pause());
            connection.socket.write(rawGeneration(gateway, { prompt: 'a fox' }));
            return connection;
          }),
        );
        expect(await countAnswer(gateway)).toBeGreaterThan(8 * mebibyte);
        const { peakHeldBytes, peakBytes } = await gateway.measure();
        expect(peakHeldBytes).toBeLessThan((16 + 8) * mebibyte + answer.length * 0.1);
        expect(peakBytes - rssBytes).toBeLessThan(24 * 8 * mebibyte);
        for (const { socket } of silent) socket.destroy();
        await expect.poll(async () => (await gateway.measure()).heldBytes).toBe(0);
        // Each ended in exactly one row, drawn and charged or given up by its client.
        await expect
          .poll(() => ledgerRows(directory).filter(({ status }) => status === 'open'))
          .toHaveLength(0);
      },
    ));

  test('an answer that stands still does not keep others from theirs', () =>
    withGateway({ PLANTAIN_LIMITS_MAX_HELD_BYTES: '16MiB' }, async (gateway) => {
      await warmUp(gateway);
      answer = largeAnswer(12 * mebibyte);
      stallsAfterBytes = 100_000;
      const stalled = rawConnection(gateway.url);
      (await stalled).socket.write(rawGeneration(gateway, { prompt: 'a fox' }));
      await expect.poll(async () => (await gateway.measure()).heldBytes).toBeGreaterThan(mebibyte);
      stallsAfterBytes = undefined;
      const bytes = await Promise.all([countAnswer(gateway), countAnswer(gateway), countAnswer(gateway)]);
      for (const count of bytes) expect(count).toBeGreaterThan(12 * mebibyte);
      expect((await gateway.measure()).peakHeldBytes).toBeLessThan((16 + 12 + 2) * mebibyte);
      (await stalled).socket.destroy();
      await expect.poll(async () => (await gateway.measure()).heldBytes).toBe(0);
    }));

  test('uploads that do not fit beside each other wait for each other, and all are served', () =>
    withGateway({ PLANTAIN_LIMITS_MAX_HELD_BYTES: '32MiB' }, async (gateway) => {
      await warmUp(gateway);
      const picture = Buffer.concat([Buffer.from(tinyPng, 'base64'), Buffer.alloc(2 * mebibyte, 7)]);
      const pictures = Array.from({ length: 5 }, () => file('image[]', picture));
      const body = rawForm([...pictures, field('prompt', 'together')]);
      const edits = await Promise.all(
        Array.from({ length: 8 }, () =>
          fetch(`${gateway.url}/v1/images/edits`, {
            method: 'POST',
            headers: {
              authorization: `Bearer ${gateway.key}`,
              'content-type': 'multipart/form-data; boundary=plantain-test',
            },
            body: new Uint8Array(body),
          }),
        ),
      );
      expect(edits.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
      for (const edit of edits) await edit.arrayBuffer();
      const { peakHeldBytes, heldBytes } = await gateway.settle();
      expect(peakHeldBytes).toBeLessThan(32 * mebibyte + body.length * (4 / 3));
      expect(heldBytes).toBe(0);
    }));

  test('generations whose bodies come slowly are counted from their first byte', () =>
    withGateway(
      { PLANTAIN_LIMITS_MAX_HELD_BYTES: '16MiB', PLANTAIN_LIMITS_BODY_IDLE_MS: '2s' },
      async (gateway) => {
        await warmUp(gateway);
        const head = rawGeneration(gateway, { prompt: 'x' })
          .replace(/Content-Length: \d+/, `Content-Length: ${mebibyte}`)
          .slice(0, -1);
        const slow = await Promise.all(
          Array.from({ length: 30 }, async () => {
            const connection = await rawConnection(gateway.url);
            connection.socket.write(head + 'y'.repeat(mebibyte - 2000));
            return connection;
          }),
        );
        await Promise.all(slow.map(({ closed }) => closed));
        for (const one of slow) expect(one.text()).toMatch(/^HTTP\/1\.1 (?:408|429) /);
        const { peakHeldBytes, heldBytes } = await gateway.measure();
        expect(peakHeldBytes).toBeLessThanOrEqual(17 * mebibyte);
        expect(heldBytes).toBe(0);
      },
    ));

  test.each(['masked edits', 'conversions', 'exact fits', 'edits with references'] as const)(
    '40 %s leave resident memory where it was',
    (kind) =>
      withGateway({}, async (gateway) => {
        const [picture, mask] = await Promise.all([
          flat(1024, 1024),
          maskWithHole(1024, 1024, { left: 300, top: 300, width: 300, height: 300 }),
        ]);
        answer = Buffer.from(JSON.stringify(imageAnswer(picture.toString('base64'), 'image/jpeg')));
        const parts = [file('image', picture), field('prompt', 'a fox')];
        const order = {
          'masked edits': () => postForm(gateway, [...parts, file('mask', mask)]),
          conversions: () => generate(gateway, { prompt: 'a fox', output_format: 'webp' }),
          'exact fits': () => generate(gateway, { prompt: 'a fox', size: '900x900', fit: 'exact' }),
          'edits with references': () => postForm(gateway, [...parts, file('image', picture)]),
        }[kind];
        const orders = async (count: number): Promise<void> => {
          for (let done = 0; done < count; done++) {
            const response = await order();
            expect(response.status).toBe(200);
            await response.arrayBuffer();
          }
        };
        // The allocator's arenas are grown when a few dozen threads have worked; a leak goes on.
        await orders(30);
        const before = await gateway.settle();
        await orders(40);
        const after = await gateway.settle();
        expect(after.heldBytes).toBe(0);
        // A leak of three bytes a pixel would be 120 MiB.
        expect((after.rssBytes - before.rssBytes) / mebibyte).toBeLessThan(100);
      }),
  );
});
