import { createHash } from 'node:crypto';
import { readdir, truncate } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import {
  errorOf,
  field,
  file,
  generate,
  imagesOf,
  ledgerRows,
  postForm,
  rawConnection,
  rawGeneration,
} from '../support/http.ts';
import { type ServeChild, serveChild } from '../support/serve-child.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function started<One extends { close(): Promise<void> }>(starting: Promise<One>): Promise<One> {
  const one = await starting;
  open.push(one);
  return one;
}

async function gatewayTo(
  answer: Parameters<typeof startFakeGemini>[0],
  env: Record<string, string> = {},
): Promise<{ gateway: Gateway; upstream: FakeGemini }> {
  const upstream = await started(startFakeGemini(answer));
  return { upstream, gateway: await started(startGateway({ upstreamUrl: upstream.url, env })) };
}

const answered = (_call: unknown, response: Parameters<typeof sendJson>[0]): void =>
  sendJson(response, imageAnswer());

/** The head of an upload of `bytes`, whose body is still to come. */
const uploadHead = (gateway: Gateway, bytes: number, headers: readonly string[] = []): string =>
  [
    'POST /v1/images/edits HTTP/1.1',
    `Host: ${new URL(gateway.url).host}`,
    `Authorization: Bearer ${gateway.key}`,
    'Content-Type: multipart/form-data; boundary=b',
    `Content-Length: ${bytes}`,
    ...headers,
    '',
    '--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n',
  ].join('\r\n');

describe('a client that closes its side after its request', () => {
  test.each([{ stream: false }, { stream: true }])('still gets its answer (%o)', async (wish) => {
    const { gateway } = await gatewayTo((_call, response) => {
      setTimeout(() => sendJson(response, imageAnswer()), 400);
    });
    const connection = await rawConnection(gateway.url);
    connection.socket.end(rawGeneration(gateway, { prompt: 'a fox', ...wish }));
    await connection.closed;
    expect(connection.text()).toContain(tinyPng);
    expect(ledgerRows(gateway.dataDir)).toMatchObject([{ status: 'succeeded', images_delivered: 1 }]);
  });

  test('and that is really gone ends its order', async () => {
    const { gateway, upstream } = await gatewayTo(() => undefined);
    const connection = await rawConnection(gateway.url);
    connection.socket.write(rawGeneration(gateway, { prompt: 'a fox' }));
    await expect.poll(() => upstream.calls.length).toBe(1);
    connection.socket.destroy();
    await expect.poll(() => ledgerRows(gateway.dataDir)[0]?.status).toBe('canceled');
  });
});

describe('a request that does not come', () => {
  test.each([
    ['nothing', ''],
    ['half a head', 'POST /v1/images/generations HTTP/1.1\r\nHost: x\r\nContent-Le'],
  ])('%s: a 408, and the connection is closed, whatever the client does', async (_what, bytes) => {
    const { gateway } = await gatewayTo(answered, { PLANTAIN_LIMITS_BODY_IDLE_MS: '1s' });
    const { hostname, port } = new URL(gateway.url);
    // It would never close by itself.
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const isGone = new Promise((resolve) => {
      socket.once('error', resolve);
    });
    socket.once('end', () => setInterval(() => socket.write('x'), 20).unref());
    socket.write(bytes);
    await isGone;
    expect(text).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
    socket.destroy();
  });

  test('a body without progress: a 408, the connection is closed, and its memory is there for others', async () => {
    const { gateway } = await gatewayTo(answered, {
      PLANTAIN_LIMITS_BODY_IDLE_MS: '1s',
      PLANTAIN_LIMITS_MAX_HELD_BYTES: '16MiB',
    });
    const connection = await rawConnection(gateway.url);
    connection.socket.write(uploadHead(gateway, 7 * 1024 * 1024));
    // A byte now and then is no progress either.
    const trickle = setInterval(() => connection.socket.write('x'), 100);
    await connection.closed;
    clearInterval(trickle);
    expect(connection.text()).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
    const image = Buffer.concat([Buffer.from(tinyPng, 'base64'), Buffer.alloc(6 * 1024 * 1024)]);
    const edit = await postForm(gateway, [file('image', image), field('prompt', 'a fox')]);
    expect(edit.status).toBe(200);
    expect(ledgerRows(gateway.dataDir)).toHaveLength(1);
  });

  test('a refused upload gives its memory back at once, while its client still sends', async () => {
    const { gateway } = await gatewayTo(answered, { PLANTAIN_LIMITS_MAX_HELD_BYTES: '16MiB' });
    const connection = await rawConnection(gateway.url);
    // Six MiB of picture, and then a field whose text is not UTF-8.
    const bad = Buffer.concat([
      Buffer.alloc(6 * 1024 * 1024, 65),
      Buffer.from(
        '\r\n--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n\xff\xfe\r\n--b\r\n',
        'latin1',
      ),
    ]);
    connection.socket.write(uploadHead(gateway, 8 * 1024 * 1024));
    connection.socket.write(bad);
    await expect.poll(() => connection.text()).toMatch(/^HTTP\/1\.1 400 /);
    const image = Buffer.concat([Buffer.from(tinyPng, 'base64'), Buffer.alloc(7 * 1024 * 1024)]);
    expect((await postForm(gateway, [file('image', image), field('prompt', 'a fox')])).status).toBe(200);
    connection.socket.destroy();
  });
});

describe('connections', () => {
  test('beyond limits.max_connections are closed at once and told in the log', async () => {
    const child: ServeChild = await started(
      serveChild({ env: { PLANTAIN_LIMITS_MAX_CONNECTIONS: '2', PLANTAIN_LOG_FORMAT: 'json' } }),
    );
    const [first, second] = [await rawConnection(child.url), await rawConnection(child.url)];
    const third = await rawConnection(child.url);
    await third.closed;
    expect(third.text()).toBe('');
    await expect.poll(() => child.output()).toMatch(/connections were refused/);
    first.socket.destroy();
    await first.closed;
    await expect.poll(async () => (await fetch(`${child.url}/healthz`)).status).toBe(200);
    second.socket.destroy();
  });

  test('that never became a request do not hold up a stop', async () => {
    const child: ServeChild = await started(serveChild({ env: { PLANTAIN_SHUTDOWN_GRACE_MS: '20s' } }));
    const silent = await rawConnection(child.url);
    const half = await rawConnection(child.url);
    half.socket.write('POST /v1/images/generations HTTP/1.1\r\nHost: x\r\n');
    // Whoever came before has been let in by then.
    await fetch(`${child.url}/healthz`);
    child.child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
    await Promise.all([silent.closed, half.closed]);
  }, 10_000);

  test('with an upload under way are let go when the grace time is over', async () => {
    const { gateway } = await gatewayTo(answered, { PLANTAIN_SHUTDOWN_GRACE_MS: '300ms' });
    const connection = await rawConnection(gateway.url);
    connection.socket.write(uploadHead(gateway, 1024 * 1024, ['Expect: 100-continue']));
    await expect.poll(() => connection.text()).toMatch(/^HTTP\/1\.1 100 /);
    await gateway.app.drain();
    await connection.closed;
    expect(connection.text()).toMatch(/\r\n\r\nHTTP\/1\.1 503 /);
  });
});

describe('a client that holds its body back until it is asked for it (Expect: 100-continue)', () => {
  const uploadBytes = 8 * 1024 * 1024;
  const refused = (gateway: Gateway): [what: string, status: number, head: string][] => {
    const head = uploadHead(gateway, uploadBytes, ['Expect: 100-continue']).replace(/--b\r\n[^]*$/, '');
    return [
      ['bad key', 401, head.replace(gateway.key, `${gateway.key.slice(0, -1)}X`)],
      ['no key', 401, head.replace(/Authorization: [^\r]*\r\n/, '')],
      ['wrong type', 415, head.replace('multipart/form-data', 'text/plain')],
      ['no boundary', 400, head.replace('; boundary=b', '')],
      ['unknown coding', 415, head.replace('Expect:', 'Content-Encoding: compress\r\nExpect:')],
      ['too large', 413, head.replace(String(uploadBytes), String(2 ** 40))],
      [
        'too large, compressed',
        413,
        head.replace(String(uploadBytes), `${2 ** 40}\r\nContent-Encoding: gzip`),
      ],
      ['unknown path', 404, head.replace('/v1/images/edits', '/v1/nothing')],
      ['retired path', 404, head.replace('/v1/images/edits', '/v1/images/variations')],
      ['another method', 405, head.replace('POST', 'PUT')],
      ['bad Host', 400, head.replace(/Host: [^\r]*/, 'Host: a b')],
    ];
  };

  test('is refused without being asked, in OpenAI’s frame, and the connection is closed', async () => {
    const { gateway } = await gatewayTo(answered);
    for (const [what, status, head] of refused(gateway)) {
      const connection = await rawConnection(gateway.url);
      connection.socket.write(head);
      await connection.closed;
      const text = connection.text();
      expect([what, text.slice(0, 13)]).toEqual([what, `HTTP/1.1 ${status} `]);
      expect(text).toMatch(/connection: close/i);
      expect(text).toContain('"invalid_request_error"');
    }
  });

  test('and sends everything all the same still gets to read its refusal', async () => {
    const { gateway } = await gatewayTo(answered);
    for (const [what, status, head] of refused(gateway).filter(([, code]) => code !== 413)) {
      const connection = await rawConnection(gateway.url);
      connection.socket.pause();
      connection.socket.write(head);
      await new Promise<void>((sent) => connection.socket.write(Buffer.alloc(uploadBytes), () => sent()));
      connection.socket.resume();
      await connection.closed;
      expect([what, connection.text().slice(0, 13)]).toEqual([what, `HTTP/1.1 ${status} `]);
    }
  });

  test('is asked when its body is wanted, and gets its picture on a connection that stays', async () => {
    const { gateway } = await gatewayTo(answered);
    const [head = '', body = ''] = rawGeneration(gateway, { prompt: 'a fox' }, [
      'Expect: 100-continue',
    ]).split('\r\n\r\n');
    const connection = await rawConnection(gateway.url);
    connection.socket.write(`${head}\r\n\r\n`);
    await expect.poll(() => connection.text()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    connection.socket.write(body);
    await expect.poll(() => connection.text()).toContain(tinyPng);
    expect(connection.text()).toMatch(/connection: keep-alive/i);
    connection.socket.destroy();
  });

  test('and has none gets its answer at once', async () => {
    const { gateway } = await gatewayTo(answered);
    const connection = await rawConnection(gateway.url);
    connection.socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n');
    await connection.closed;
    expect(connection.text()).toMatch(/^HTTP\/1\.1 200 /);
  });
});

test('a bomb costs its sender a 413 and nobody anything: others are served meanwhile, and its memory comes back', async () => {
  const { gateway, upstream } = await gatewayTo(answered, { PLANTAIN_LIMITS_MAX_HELD_BYTES: '32MiB' });
  const zeros = gzipSync(Buffer.alloc(256 * 1024 * 1024));
  const body = gzipSync(Buffer.concat([Buffer.from('{"prompt":"'), Buffer.alloc(64 * 1024 * 1024, 97)]));
  const send = (path: string, type: string, bytes: Buffer) =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${gateway.key}`,
        'content-type': type,
        'content-encoding': 'gzip',
      },
      body: new Uint8Array(bytes),
    });
  const form = Buffer.concat([
    gzipSync('--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n'),
    zeros,
  ]);
  const [, ...answers] = await Promise.all([
    generate(gateway, { prompt: 'a fox' }).then(async (response) => expect(response.status).toBe(200)),
    send('/v1/images/generations', 'application/json', body),
    send('/v1/images/edits', 'application/json', body),
    send('/v1/images/edits', 'multipart/form-data; boundary=b', form),
  ]);
  for (const response of answers) {
    expect(response.status).toBe(413);
    expect(await errorOf(response)).toMatchObject({ code: 'body_too_large' });
  }
  expect(upstream.calls).toHaveLength(1);
  await expect.poll(() => gateway.app.memory.heldBytes).toBe(0);
  expect(gateway.app.memory.peakBytes).toBeLessThan(40 * 1024 * 1024);
});

describe('what is odd about a request', () => {
  const answerTo = async (gateway: Gateway, head: readonly string[]): Promise<string> => {
    const connection = await rawConnection(gateway.url);
    connection.socket.write([...head, '', ''].join('\r\n'));
    await expect.poll(() => connection.text()).toMatch(/\r\n\r\n/);
    connection.socket.destroy();
    return connection.text();
  };

  test.each([
    ['two Host headers', ['GET /healthz HTTP/1.1', 'Host: a', 'Host: a']],
    ['no Host header', ['GET /healthz HTTP/1.1']],
    ['a Host with a path', ['GET /healthz HTTP/1.1', 'Host: evil/x?y=']],
    ['a Host with markup', ['GET /healthz HTTP/1.1', 'Host: a"b<script>']],
    ['a Host with credentials', ['GET /healthz HTTP/1.1', 'Host: user@good']],
    ['a Host with a port that is none', ['GET /healthz HTTP/1.1', 'Host: good:99999']],
  ])('%s is a 400 in OpenAI’s frame', async (_what, head) => {
    const { gateway } = await gatewayTo(answered);
    expect(await answerTo(gateway, head)).toMatch(/^HTTP\/1\.1 400 [^]*\{"error":\{"message":/);
  });

  test('a trusted proxy may name http or https, and nothing else', async () => {
    const { gateway } = await gatewayTo(answered, { PLANTAIN_TRUST_PROXY: 'true' });
    const head = ['GET /healthz HTTP/1.1', 'Host: good'];
    expect(await answerTo(gateway, [...head, 'X-Forwarded-Proto: https'])).toMatch(/^HTTP\/1\.1 200 /);
    expect(await answerTo(gateway, [...head, 'X-Forwarded-Proto: wss'])).toMatch(/^HTTP\/1\.1 400 /);
    expect(await answerTo(gateway, [...head, 'X-Forwarded-Proto: javascript'])).toMatch(/^HTTP\/1\.1 400 /);
    expect(await answerTo(gateway, [...head, 'X-Forwarded-Host: a/b'])).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('an Expect header with anything but 100-continue is a 417 in OpenAI’s frame', async () => {
    const { gateway } = await gatewayTo(answered);
    const text = await answerTo(gateway, ['GET /healthz HTTP/1.1', 'Host: a', 'Expect: nothing']);
    expect(text).toMatch(/^HTTP\/1\.1 417 [^]*"code":"expectation_failed"/);
  });

  test.each([
    ['DELETE', '/v1/models/gpt-image-1', 405],
    ['PUT', '/v1/models/gpt-image-1', 405],
    ['POST', '/v1/models', 405],
    ['PATCH', '/v1/images/generations', 405],
    ['TRACE', '/v1/images/edits', 405],
    ['GET', '/openai/images/generations', 405],
    ['DELETE', '/v1/files/file-1', 404],
    ['PROPFIND', '/v1/models', 404],
    ['CONNECT', 'example.com:443', 405],
  ])('%s %s is a %i in OpenAI’s frame', async (method, target, status) => {
    const { gateway } = await gatewayTo(answered);
    const text = await answerTo(gateway, [`${method} ${target} HTTP/1.1`, 'Host: a']);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*\\r\\n\\r\\n\\{"error":\\{"message":`));
    expect(/\r\nallow: /i.test(text)).toBe(status === 405);
  });

  test('a link leads where a whole address in the request line led, not where the Host header says', async () => {
    const { gateway } = await gatewayTo(answered);
    const connection = await rawConnection(gateway.url);
    const request = rawGeneration(gateway, { prompt: 'a fox', response_format: 'url' });
    connection.socket.write(
      request
        .replace('POST /', `POST ${gateway.url.replace('http', 'HTTP')}/`)
        .replace(/Host: [^\r]*/, 'Host: other.example'),
    );
    await expect.poll(() => connection.text()).toContain('"url":');
    expect(connection.text()).toContain(`{"url":"${gateway.url}/images/`);
    connection.socket.destroy();
  });

  test('an absolute target, and OPTIONS for the server as a whole, are understood', async () => {
    const { gateway } = await gatewayTo(answered);
    expect(await answerTo(gateway, [`GET ${gateway.url}/healthz HTTP/1.1`, 'Host: a'])).toMatch(
      /^HTTP\/1\.1 200 /,
    );
    expect(await answerTo(gateway, ['OPTIONS * HTTP/1.1', 'Host: a'])).toMatch(/^HTTP\/1\.1 204 [^]*allow: /);
  });

  test('a client of HTTP/1.0 without a Host gets links to the address it reached', async () => {
    const { gateway } = await gatewayTo(answered);
    const connection = await rawConnection(gateway.url);
    const request = rawGeneration(gateway, { prompt: 'a fox', response_format: 'url' });
    connection.socket.write(request.replace('HTTP/1.1', 'HTTP/1.0').replace(/Host: [^\r]*\r\n/, ''));
    await connection.closed;
    expect(connection.text()).toContain(`{"url":"${gateway.url}/images/`);
  });
});

test('a stored picture that turns out shorter than it was ends the connection, not just its answer', async () => {
  const picture = Buffer.concat([Buffer.from(tinyPng, 'base64'), Buffer.alloc(12 * 1024 * 1024, 7)]);
  const { gateway } = await gatewayTo((_call, response) =>
    sendJson(response, imageAnswer(picture.toString('base64'))),
  );
  const { data } = await imagesOf(await generate(gateway, { prompt: 'a fox', response_format: 'url' }));
  const { pathname, search } = new URL(data[0]?.url ?? '');
  const whole = Buffer.from(await (await fetch(data[0]?.url ?? '')).arrayBuffer());
  expect(createHash('sha256').update(whole).digest()).toEqual(createHash('sha256').update(picture).digest());

  const connection = await rawConnection(gateway.url);
  connection.socket.once('data', () => connection.socket.pause());
  connection.socket.write(
    `GET ${pathname}${search} HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`,
  );
  // Its head is here, so it has been opened.
  await expect.poll(() => connection.text()).toMatch(/^HTTP\/1\.1 200 /);
  const images = join(gateway.dataDir, 'images');
  const [stored] = (await readdir(images, { recursive: true })).filter((name) => name.endsWith('.png'));
  await truncate(join(images, stored ?? ''), 1024);
  connection.socket.resume();
  await connection.closed;
  // Nothing follows in the place of the missing bytes.
  expect(connection.text()).not.toContain('"status":"ok"');
});

test('an answer that fails before it began is in OpenAI’s frame, whatever was wrong', async () => {
  const { gateway } = await gatewayTo(answered);
  const response = await fetch(`${gateway.url}/v1/nothing`);
  expect(response.status).toBe(404);
  expect(await errorOf(response)).toMatchObject({ type: 'invalid_request_error' });
});
