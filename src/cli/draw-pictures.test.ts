import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { apiRoot } from './ask-server.ts';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import type { CommandContext } from './command-context.ts';
import { runCommandLine } from './run-command-line.ts';

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(500, 7)]);
const jpeg = Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), Buffer.alloc(500, 7)]);

interface Seen {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly raw?: Buffer;
  readonly isHanging?: boolean;
}

let cwd = '';
let server: Server;
let baseUrl = '';
let seen: Seen[] = [];
let reply: (seen: Seen) => Reply = () => ({});

/** A server of the Images API that plays what a test tells it. */
beforeEach(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plantain-draw-'));
  seen = [];
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const call = {
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(pieces).toString('latin1'),
      };
      seen.push(call);
      const { status = 200, headers = {}, body, raw, isHanging } = reply(call);
      if (isHanging) return;
      response.writeHead(status, headers);
      response.end(raw ?? JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(cwd, { recursive: true, force: true });
});

const picture = (bytes: Buffer) => ({ b64_json: bytes.toString('base64') });

async function run(words: readonly string[], given: Partial<CommandContext> = {}) {
  const context = capturedContext({
    cwd,
    env: { PLANTAIN_CLIENT_BASE_URL: baseUrl, PLANTAIN_CLIENT_KEY: 'sk-test' },
    ...given,
  });
  const exitCode = await runCommandLine(words, context);
  return { exitCode, out: context.out(), err: context.err(), outBytes: context.outBytes() };
}

test('flags become fields of the Images API, and the file name asks for its own format', async () => {
  reply = () => ({
    headers: {
      'plantain-upstream': 'gemini',
      'plantain-cost-micro-usd': '39000',
      'plantain-adapted': 'size;to=x',
    },
    body: { data: [picture(png)], size: '1344x768' },
  });
  const flags = [
    '--ratio',
    '16:9',
    '--image-size',
    '2K',
    '--size',
    '10x10',
    '--model',
    'm',
    '--quality',
    'high',
    '--compression',
    '80',
  ];
  const { exitCode, out, err } = await run(['generate', 'A fox', '-o', 'fox.png', ...flags]);
  expect([exitCode, out.replace(/\d+\.\d s/, 'T s'), err]).toEqual([
    0,
    'fox.png  1344x768 png  $0.039  gemini  T s\n',
    'plantain: adapted: size;to=x\n',
  ]);
  expect(readFileSync(path.join(cwd, 'fox.png')).equals(png)).toBe(true);
  expect([seen[0]?.url, seen[0]?.headers.authorization]).toEqual([
    '/v1/images/generations',
    'Bearer sk-test',
  ]);
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    model: 'm',
    prompt: 'A fox',
    aspect_ratio: '16:9',
    image_size: '2K',
    size: '10x10',
    quality: 'high',
    output_format: 'png',
    output_compression: 80,
  });
});

test('several pictures are written and numbered; fewer than asked for end with exit code 3', async () => {
  reply = () => ({ body: { data: [picture(png), picture(png)] } });
  const both = await run(['generate', 'A fox', '-n', '2', '-o', 'fox.png']);
  expect([both.exitCode, both.out.replace(/\d+\.\d s/, 'T s')]).toEqual([
    0,
    'fox-1.png  png\nfox-2.png  png\n2 pictures  T s\n',
  ]);
  expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({ n: 2 });
  const { exitCode, err } = await run(['generate', 'A fox', '-n', '3', '-o', 'few.png']);
  expect([exitCode, err]).toEqual([3, 'plantain: 2 of 3 pictures were drawn.\n']);
  expect(readdirSync(cwd).sort()).toEqual(['few-1.png', 'few-2.png', 'fox-1.png', 'fox-2.png']);
});

test('-o - writes the bytes alone to standard output, and - reads the prompt from standard input', async () => {
  reply = () => ({ body: { data: [picture(jpeg)] } });
  const stdin = (async function* () {
    yield 'A fox\n';
  })();
  const { exitCode, outBytes } = await run(['generate', '-', '-o', '-'], { stdin });
  expect([exitCode, outBytes.equals(jpeg)]).toEqual([0, true]);
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ prompt: 'A fox' });
  expect(readdirSync(cwd)).toEqual([]);
});

test('--json tells scripts what was written', async () => {
  reply = () => ({ headers: { 'x-request-id': 'req_1' }, body: { data: [picture(png)], size: '8x8' } });
  const { out } = await run(['generate', 'A fox', '-o', 'fox', '--json']);
  expect(JSON.parse(out)).toMatchObject({
    files: [{ path: path.join(cwd, 'fox.png'), format: 'png' }],
    size: '8x8',
    cost_micro_usd: null,
    request_id: 'req_1',
  });
});

test("exit codes tell a caller's mistake, a refusal and an outage apart, in the server's own words", async () => {
  const cases: [number, Record<string, string>, number][] = [
    [400, { code: 'invalid_value', type: 'invalid_request_error' }, 2],
    [401, { code: 'invalid_api_key' }, 2],
    [404, { code: 'model_not_found' }, 2],
    [400, { code: 'invalid_image_file', type: 'image_generation_user_error' }, 2],
    [400, { code: 'moderation_blocked', type: 'image_generation_user_error' }, 3],
    [400, { code: 'no_image_generated', type: 'image_generation_user_error' }, 3],
    [400, { code: 'upstream_rejected' }, 3],
    [429, { code: 'rate_limit_exceeded' }, 4],
    [503, { code: 'upstream_unavailable' }, 4],
  ];
  for (const [status, error, expected] of cases) {
    reply = () => ({
      status,
      headers: { 'x-request-id': 'req_9' },
      body: { error: { message: 'Say\nwhy.', ...error } },
    });
    const { exitCode, err } = await run(['generate', 'A fox']);
    expect([exitCode, err], error['code']).toEqual([expected, 'plantain: Say why. (request req_9)\n']);
  }
  expect(readdirSync(cwd)).toEqual([]);
});

test('an answer that is none is an outage, and one without pictures is a refusal', async () => {
  reply = () => ({ status: 502, raw: Buffer.from('<html>') });
  expect(await run(['generate', 'A fox'])).toMatchObject({
    exitCode: 4,
    err: 'plantain: the server answered 502 with something that is no answer of the Images API.\n',
  });
  reply = () => ({ body: { data: [] } });
  expect((await run(['generate', 'A fox'])).exitCode).toBe(3);
});

test('a server that cannot be reached is told plainly, with exit code 4', async () => {
  server.close();
  const { exitCode, err } = await run(['generate', 'A fox']);
  expect([exitCode, err]).toEqual([
    4,
    `plantain: cannot draw through ${baseUrl}: nothing listens there. Is the server running?\n`,
  ]);
});

test('pictures behind links are fetched, the key going to the own server alone', async () => {
  reply = (call) =>
    call.url === '/pic.png' ? { raw: png } : { body: { data: [{ url: `${baseUrl}/pic.png` }] } };
  expect((await run(['generate', 'A fox', '-o', 'fox.png'])).exitCode).toBe(0);
  expect(seen[1]?.headers.authorization).toBe('Bearer sk-test');
  reply = (call) =>
    call.url === '/pic.png'
      ? { raw: png }
      : { body: { data: [{ url: `${baseUrl.replace('127.0.0.1', 'localhost')}/pic.png` }] } };
  expect((await run(['generate', 'A fox', '-o', 'other.png'])).exitCode).toBe(0);
  expect(seen[3]?.headers.authorization).toBeUndefined();
  reply = () => ({ body: { data: [{ url: 'file:///etc/passwd' }] } });
  expect((await run(['generate', 'A fox', '-o', 'third.png'])).err).toContain('no http address');
});

test('an edit sends pictures, mask and fields as a form', async () => {
  writeFileSync(path.join(cwd, 'cat.png'), png);
  writeFileSync(path.join(cwd, 'mask.png'), png);
  reply = () => ({ body: { data: [picture(png)] } });
  const { exitCode } = await run([
    'edit',
    '-i',
    'cat.png',
    '-i',
    'mask.png',
    '-m',
    'mask.png',
    'A scarf',
    '-o',
    'out.png',
  ]);
  expect([exitCode, seen[0]?.url]).toEqual([0, '/v1/images/edits']);
  const names = [...(seen[0]?.body ?? '').matchAll(/name="([^"]+)"(?:; filename="([^"]+)")?/g)].map(
    ([, name, file]) => [name, file],
  );
  expect(names).toEqual([
    ['prompt', undefined],
    ['output_format', undefined],
    ['image[]', 'cat.png'],
    ['image[]', 'mask.png'],
    ['mask', 'mask.png'],
  ]);
  expect(seen[0]?.body).toContain(png.toString('latin1'));
});

test('what cannot work is told before the server is asked', async () => {
  writeFileSync(path.join(cwd, 'fox.png'), 'mine');
  expect(await run(['generate', 'A fox', '-o', 'fox.png'])).toMatchObject({
    exitCode: 2,
    err: 'plantain: fox.png exists. Choose another name, or overwrite it with --force.\n',
  });
  expect((await run(['edit', '-i', 'no.png', 'A scarf'])).err).toBe(
    'plantain: no.png cannot be read: there is no such file.\n',
  );
  expect((await run(['generate', 'A fox', '-o', '-', '--json'])).exitCode).toBe(2);
  expect((await run(['generate', '  '])).err).toBe('plantain: the prompt is empty. Say what to draw.\n');
  expect(seen).toEqual([]);
});

test('an interruption cancels the call, writes nothing and ends with 130', async () => {
  let interrupt = (): void => undefined;
  reply = () => {
    interrupt();
    return { isHanging: true };
  };
  const { exitCode, err } = await run(['generate', 'A fox', '-o', 'fox.png'], {
    onInterrupt: (listener) => {
      interrupt = listener;
      return () => undefined;
    },
  });
  expect([exitCode, err, existsSync(path.join(cwd, 'fox.png'))]).toEqual([
    130,
    'plantain: interrupted.\n',
    false,
  ]);
});

test('an address without a path means its /v1, another path is kept', () => {
  expect(apiRoot('http://h:1/')).toBe('http://h:1/v1');
  expect(apiRoot('https://h/openai/v1/')).toBe('https://h/openai/v1');
});
