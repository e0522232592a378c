import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Memory } from '../admission/memory.ts';
import { roomyMemory } from '../../test/support/plain-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { GuardedReferenceFetcher, type GuardedFetchOptions } from './guarded-reference-fetcher.ts';
import { pinnedAgent } from './pinned-agent.ts';
import { resolveAddresses } from './resolve-addresses.ts';

const scope = (
  signal = new AbortController().signal,
  memory = roomyMemory.open(),
  spend: (bytes: number) => void = () => undefined,
) => ({ signal, memory, spend });
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100_000, 7)]);

let server: Server;
let port: number;
let connections = 0;
let requests: IncomingMessage[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

const sendPng = (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'image/png' }).end(png);
};

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  connections = 0;
  requests = [];
  answer = sendPng;
});

/** Names as the tests' own DNS knows them; every lookup is counted. */
let lookups: string[] = [];
const names: Record<string, string[]> = { 'pictures.test': ['127.0.0.1'], 'elsewhere.test': ['127.0.0.1'] };

function fetcher(more: Partial<GuardedFetchOptions> = {}): GuardedReferenceFetcher {
  lookups = [];
  return new GuardedReferenceFetcher({
    maxBytes: 1_000_000,
    totalTimeoutMs: 5000,
    allowedPorts: [80, 443, port],
    trustedOrigins: [`http://pictures.test:${port}`],
    resolve: async (hostname, signal) => {
      lookups.push(hostname);
      return names[hostname] ?? resolveAddresses(hostname, signal);
    },
    ...more,
  });
}

async function failureOf(work: Promise<unknown>): Promise<PlantainError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PlantainError);
  return error as PlantainError;
}

const url = (path = '/cat.png') => `http://pictures.test:${port}${path}`;
const unreachable =
  "The URL in 'image[0]' cannot be fetched. Use a public http(s) address of a picture, or send its bytes.";

test('a picture arrives whole, from the address looked up once, without credentials', async () => {
  const fetched = await fetcher().fetch(url('/a/cat.png?size=2#part'), scope());
  expect(fetched).toMatchObject({ byteLength: png.length, contentType: 'image/png' });
  expect(Buffer.concat(fetched.base64.slices).toString()).toBe(png.toString('base64'));
  expect(lookups).toEqual(['pictures.test']);
  expect(requests[0]?.url).toBe('/a/cat.png?size=2');
  expect(requests[0]?.headers).toEqual({
    host: `pictures.test:${port}`,
    connection: 'keep-alive',
    accept: 'image/*',
    'accept-encoding': 'identity',
    'user-agent': 'Plantain',
  });
});

describe('addresses that are not public are never connected to', () => {
  test.each([
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://127.1',
    'http://127.0.0.1.',
    'http://0',
    'http://0.0.0.0',
    'http://[::1]',
    'http://[::]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://[::127.0.0.1]',
    'http://[64:ff9b::7f00:1]',
    'http://[64:ff9b:1::7f00:1]',
    'http://[2002:7f00:1::]',
    'http://[fec0::1]',
    'http://[fe80::1]',
    'http://[fd00:ec2::254]',
    'http://169.254.169.254',
    'http://100.100.100.200',
    'http://10.0.0.1',
    'http://192.168.0.1',
    'http://172.16.0.1',
  ])('%s', async (origin) => {
    const error = await failureOf(fetcher().fetch(`${origin}:${port}/cat.png`, scope(), 'image[0]'));
    expect(error).toMatchObject({ code: 'invalid_image_file', message: unreachable, param: 'image[0]' });
    expect(connections).toBe(0);
  });

  test.each([
    ['a private one', ['127.0.0.1']],
    ['a public and a private one', ['8.8.8.8', '127.0.0.1']],
    ['a public IPv4 and a private IPv6 one', ['8.8.8.8', 'fd00::1']],
    ['a public IPv6 and an embedded private one', ['2606:4700::1', '::ffff:10.0.0.1']],
    ['something that is no address', ['8.8.8.8', 'localhost']],
    ['none', []],
  ])('a name with %s', async (_what, addresses) => {
    const error = await failureOf(
      fetcher({ resolve: async () => addresses }).fetch(`http://rebind.test:${port}/`, scope(), 'image[0]'),
    );
    expect(error).toMatchObject({ code: 'invalid_image_file', message: unreachable });
    expect(connections).toBe(0);
  });

  test.each([
    ['to loopback', () => `http://127.0.0.1:${port}/`],
    ['to a metadata service', () => 'http://169.254.169.254/latest/meta-data/'],
    ['to a name that is private', () => `http://elsewhere.test:${port}/`],
    ['to another scheme', () => 'file:///etc/passwd'],
    ['to another port', () => 'http://pictures.test:1/'],
    ['with credentials', () => `http://user:password@pictures.test:${port}/`],
    ['to nowhere readable', () => 'http://[fe80::1%25eth0]/'],
  ])('a redirect %s', async (_what, location) => {
    answer = (_request, response) => response.writeHead(302, { location: location() }).end();
    const error = await failureOf(fetcher().fetch(url(), scope(), 'image[0]'));
    expect(error).toMatchObject({ code: 'invalid_image_file', message: unreachable });
    expect(connections).toBe(1);
  });

  test('a connection that ends elsewhere than checked is closed before the request is written', async () => {
    const agent = pinnedAgent({ addresses: ['127.0.0.1'], isAllowed: () => false, connectTimeoutMs: 1000 });
    await expect(
      agent.request({ origin: `http://pictures.test:${port}`, path: '/', method: 'GET' }),
    ).rejects.toThrow('not allowed');
    expect(requests).toHaveLength(0);
    await agent.destroy();
  });

  test('a pinned connection ignores every other address of the name, also for names the system knows', async () => {
    const agent = pinnedAgent({
      addresses: ['127.0.0.2'],
      isAllowed: (address) => address !== '127.0.0.1',
      connectTimeoutMs: 1000,
    });
    await expect(
      agent.request({ origin: `http://localhost:${port}`, path: '/', method: 'GET' }),
    ).rejects.toThrow();
    expect(connections).toBe(0);
    await agent.destroy();
  });
});

test('three redirects are followed, each looked up anew, a fourth is not', async () => {
  const hops =
    (count: number) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      const step = Number(request.url?.slice(1));
      if (step === count) sendPng(request, response);
      else
        response.writeHead([301, 302, 303, 307, 308][step] ?? 302, { location: `/${step + 1}` }).end('moved');
    };
  answer = hops(3);
  expect((await fetcher().fetch(url('/0'), scope())).byteLength).toBe(png.length);
  expect(lookups).toHaveLength(4);
  answer = hops(4);
  expect((await failureOf(fetcher().fetch(url('/0'), scope(), 'image[0]'))).message).toBe(unreachable);
});

test('an unknown name, a closed port, silence and a private address are told in the same words', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const closedPort = (closed.address() as AddressInfo).port;
  await new Promise((resolve) => closed.close(resolve));
  const trusted = { trustedOrigins: [`http://pictures.test:${closedPort}`, `http://pictures.test:${port}`] };
  answer = () => undefined;
  const errors = [
    await failureOf(
      fetcher({ resolve: () => Promise.reject(new Error('ENOTFOUND')) }).fetch(
        'http://unknown.test/',
        scope(),
        'image[0]',
      ),
    ),
    await failureOf(fetcher(trusted).fetch(`http://pictures.test:${closedPort}/`, scope(), 'image[0]')),
    await failureOf(fetcher({ ...trusted, totalTimeoutMs: 200 }).fetch(url(), scope(), 'image[0]')),
    await failureOf(
      fetcher({
        totalTimeoutMs: 100,
        resolve: (_name, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      }).fetch('http://slow.test/', scope(), 'image[0]'),
    ),
    await failureOf(fetcher().fetch('http://10.0.0.1/', scope(), 'image[0]')),
  ];
  for (const error of errors) {
    expect({ code: error.code, message: error.message, param: error.param }).toEqual({
      code: 'invalid_image_file',
      message: unreachable,
      param: 'image[0]',
    });
  }
});

test('an address that its text alone forbids is a bad value, and nothing is looked up', async () => {
  for (const bad of ['file:///etc/passwd', 'nonsense', 'http://a:b@example.com/', 'http://example.com:22/']) {
    expect((await failureOf(fetcher().fetch(bad, scope(), 'mask'))).code).toBe('invalid_value');
  }
  expect(lookups).toEqual([]);
});

describe('what is not a usable picture', () => {
  test.each<[string, (request: IncomingMessage, response: ServerResponse) => void, string]>([
    ['another status', (_request, response) => response.writeHead(404).end('no'), 'status 404'],
    [
      'a page',
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'.repeat(10)),
      'not a picture',
    ],
    ['a short text', (_request, response) => response.writeHead(200).end('x'), 'not a picture'],
    [
      'nothing',
      (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(),
      'not a picture',
    ],
    [
      'compressed bytes',
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' }).end(png),
      'compressed',
    ],
    [
      'a length beyond the bound',
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'image/png', 'content-length': 2_000_000 }).write(png),
      'larger than',
    ],
    [
      'bytes beyond the bound',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'image/png' });
        const more = (): void => void (response.destroyed || response.write(png, () => setImmediate(more)));
        more();
      },
      'larger than',
    ],
    ['a redirect without a target', (_request, response) => response.writeHead(302).end(), 'status 302'],
    [
      'a body that breaks off',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'image/png', 'content-length': png.length });
        response.write(png.subarray(0, 1000), () => response.destroy());
      },
      'cannot be fetched',
    ],
    [
      'a body that stalls',
      (_request, response) => void response.writeHead(200, { 'content-type': 'image/png' }).write(png),
      'cannot be fetched',
    ],
  ])('%s', async (_what, respond, words) => {
    answer = respond;
    const error = await failureOf(fetcher({ totalTimeoutMs: 500 }).fetch(url(), scope()));
    expect(error.code).toBe('invalid_image_file');
    expect(error.message).toContain(words);
    expect(error.message).not.toMatch(/127\.0\.0\.1|ECONN/);
  });

  test.each(['application/octet-stream', 'text/plain', undefined])(
    'a picture under the type %s is known by its bytes',
    async (type) => {
      answer = (_request, response) => {
        response.writeHead(200, type === undefined ? {} : { 'content-type': `${type}; charset=x` });
        response.write(png.subarray(0, 3), () => setTimeout(() => response.end(png.subarray(3)), 20));
      };
      expect(await fetcher().fetch(url(), scope())).toMatchObject({
        byteLength: png.length,
        contentType: type,
      });
    },
  );
});

test("an abort rejects with the caller's own reason and closes the connection", async () => {
  const leaving = new AbortController();
  let closed: Promise<void> | undefined;
  answer = (request, response) => {
    closed = new Promise((resolve) => request.socket.once('close', () => resolve()));
    response
      .writeHead(200, { 'content-type': 'image/png' })
      .write(png, () => leaving.abort(new Error('the caller left')));
  };
  await expect(fetcher().fetch(url(), scope(leaving.signal))).rejects.toThrow('the caller left');
  await closed;
  await expect(fetcher().fetch(url(), scope(leaving.signal))).rejects.toThrow('the caller left');
});

test('what a fetch holds is counted from before its first byte, and given back when it is of no use', async () => {
  const memory = new Memory({ maxBytes: 2 ** 30, stalledMs: 10_000 });
  const order = memory.open();
  await fetcher().fetch(url(), scope(undefined, order));
  expect(memory.heldBytes).toBe(Math.ceil((png.length * 4) / 3));
  answer = (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).write(png);
  await failureOf(fetcher({ totalTimeoutMs: 300 }).fetch(url(), scope(undefined, order)));
  expect(memory.heldBytes).toBe(Math.ceil((png.length * 4) / 3));
});

test('past the cap a fetch waits for its turn', async () => {
  const memory = new Memory({ maxBytes: 100_000, stalledMs: 10_000 });
  const giveBack = await memory.open().reserve(90_000, scope().signal);
  let isDone = false;
  const fetching = fetcher()
    .fetch(url(), scope(undefined, memory.open()))
    .then(() => {
      isDone = true;
    });
  await expect.poll(() => requests.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isDone).toBe(false);
  giveBack();
  await fetching;
});

test('a fetch whose time is over while it waits for memory says so, and leaves the line', async () => {
  const memory = new Memory({ maxBytes: 100_000, stalledMs: 10_000 });
  const giveBack = await memory.open().reserve(90_000, scope().signal);
  const order = memory.open();
  const error = await failureOf(fetcher({ totalTimeoutMs: 300 }).fetch(url(), scope(undefined, order)));
  expect(error).toMatchObject({ code: 'too_many_orders', retryAfterSeconds: 5 });
  expect(memory.heldBytes).toBe(90_000);
  giveBack();
  expect(memory.heldBytes).toBe(0);
});

test('a caller who leaves while a fetch waits for memory is not waited for', async () => {
  const memory = new Memory({ maxBytes: 100_000, stalledMs: 10_000 });
  await memory.open().reserve(90_000, scope().signal);
  const leaving = new AbortController();
  const fetching = fetcher().fetch(url(), scope(leaving.signal, memory.open()));
  await expect.poll(() => requests.length).toBe(1);
  leaving.abort(new Error('the caller left'));
  await expect(fetching).rejects.toThrow('the caller left');
});

test('a stated length is spent before the first byte comes, and one that is not stated as it comes', async () => {
  let spentBytes = 0;
  const spend = (bytes: number): void => {
    spentBytes += bytes;
    if (spentBytes > 2 * png.length) throw new PlantainError('body_too_large', 'No more.');
  };
  const own = (): ReturnType<typeof scope> => scope(undefined, undefined, spend);
  answer = (_request, response) =>
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': png.length }).end(png);
  await fetcher().fetch(url(), own());
  expect(spentBytes).toBe(png.length);
  answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png' }).write(png.subarray(0, 10));
    response.end(png.subarray(10));
  };
  await fetcher().fetch(url(), own());
  expect(spentBytes).toBe(2 * png.length);
  // It never sends a byte: its length is enough.
  answer = (_request, response) =>
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': 5 }).flushHeaders();
  expect((await failureOf(fetcher().fetch(url(), own()))).code).toBe('body_too_large');
});
