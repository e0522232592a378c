import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { S3Failure, toStoreError } from './s3-failure.ts';
import { s3Url } from './s3-place.ts';
import { S3Requests } from './s3-requests.ts';

const agent = new Agent();
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A stand-in for what a real server cannot be made to say, which counts what it is asked. */
async function answering(
  answer: (count: number, request: IncomingMessage, response: ServerResponse) => void,
) {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(++count, request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const place = {
    endpoint,
    publicEndpoint: endpoint,
    region: 'eu-test-1',
    bucket: 'pictures',
    prefix: '',
    accessKeyId: 'id',
    secretAccessKey: 'secret',
    pathStyle: true,
  };
  return { requests: new S3Requests({ place, agent, timeoutMs: 5000 }), asked: () => count };
}

test('a server that asks for patience is asked again, with the whole body, and gets no more than three tries', async () => {
  const lengths: (string | undefined)[] = [];
  const patient = await answering((count, request, response) => {
    lengths.push(request.headers['content-length']);
    response.writeHead(count < 3 ? 503 : 200).end('<Error><Code>SlowDown</Code></Error>');
  });
  const body = [Buffer.from('one'), Buffer.from('two')];
  await patient.requests.sendAndForget({ method: 'PUT', key: 'x', body });
  expect(lengths).toEqual(['6', '6', '6']);

  const busy = await answering((_count, _request, response) =>
    response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>'),
  );
  await expect(busy.requests.send({ method: 'GET', key: 'x' })).rejects.toMatchObject({
    status: 503,
    code: 'SlowDown',
  });
  expect(busy.asked()).toBe(3);
});

test.each([301, 307, 400, 403, 404, 409, 501])(
  'a server that says %d is asked once, and nowhere else',
  async (status) => {
    const { requests, asked } = await answering((_count, _request, response) =>
      response.writeHead(status, { location: 'http://127.0.0.1:9/' }).end(),
    );
    await expect(requests.send({ method: 'GET', key: 'x' })).rejects.toMatchObject({ status });
    expect(asked()).toBe(1);
  },
);

test('a caller who leaves between two tries is let go', async () => {
  const leaving = new AbortController();
  const { requests, asked } = await answering((_count, _request, response) => {
    response.writeHead(500).end();
    leaving.abort(new Error('the caller left'));
  });
  await expect(requests.send({ method: 'GET', key: 'x', signal: leaving.signal })).rejects.toThrow(
    'the caller left',
  );
  expect(asked()).toBe(1);
});

test('a document without end is given up', async () => {
  const { requests } = await answering((_count, _request, response) => {
    response.writeHead(200);
    for (let count = 0; count < 5; count++) response.write(Buffer.alloc(1024 * 1024, 32));
    response.end();
  });
  await expect(requests.ask({ method: 'GET' })).rejects.toMatchObject({ code: 'AnswerTooLarge' });
});

test.each([
  [507, '', 'storage_full'],
  [403, 'QuotaExceeded', 'storage_full'],
  [400, 'XMinioStorageFull', 'storage_full'],
  [403, 'AccessDenied', 'picture_store_unavailable'],
  [undefined, 'ECONNREFUSED', 'picture_store_unavailable'],
])('%s %s is %s to the caller', (status, code, told) => {
  expect(toStoreError(new S3Failure(status, code))).toMatchObject({ code: told });
});

test.each([
  ['https://s3.eu-central-1.amazonaws.com', false, 'https://pictures.s3.eu-central-1.amazonaws.com/a/b.png'],
  ['http://garage:3900', true, 'http://garage:3900/pictures/a/b.png'],
  ['https://gate.example/s3', true, 'https://gate.example/s3/pictures/a/b.png'],
])('the bucket at %s, in the path: %s', (endpoint, pathStyle, address) => {
  expect(s3Url({ endpoint, bucket: 'pictures', pathStyle }, 'a/b.png').href).toBe(address);
});
