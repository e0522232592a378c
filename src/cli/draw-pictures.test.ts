import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { smallDisk } from '../../test/support/small-disk.ts';
import { noise } from '../../test/support/test-pictures.ts';
import { apiRoot } from './ask-server.ts';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import type { CommandContext } from './command-context.ts';
import { runCommandLine } from './run-command-line.ts';

const [png, jpeg] = await Promise.all([noise(16, 9, 'png'), noise(16, 9, 'jpeg')]);

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
    'fox.png  16x9 png  $0.039  gemini  T s\n',
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
    'fox-1.png  16x9 png\nfox-2.png  16x9 png\n2 pictures  T s\n',
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
    files: [{ path: path.join(cwd, 'fox.png'), format: 'png', size: '16x9' }],
    size: '16x9',
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
    'plantain: no.png cannot be read: no such file or directory.\n',
  );
  expect((await run(['generate', 'A fox', '-o', '-', '--json'])).exitCode).toBe(2);
  expect((await run(['generate', '  '])).err).toBe('plantain: the prompt is empty. Say what to draw.\n');
  expect(seen).toEqual([]);
});

test('what cannot be written is found before the server is asked', async () => {
  writeFileSync(path.join(cwd, 'a-file'), '');
  for (const [output, reason] of [
    ['/proc/fox.png', 'no such file or directory'],
    [`${'n'.repeat(300)}.png`, 'name too long'],
    ['n'.repeat(254), 'name too long'],
  ] as const) {
    const { exitCode, err } = await run(['generate', 'A fox', '-o', output]);
    expect([exitCode, err], output).toEqual([
      1,
      expect.stringMatching(new RegExp(`cannot be written: ${reason}\\.\\n$`)),
    ]);
  }
  expect((await run(['generate', 'A fox', '-o', 'a-file/fox.png'])).exitCode).toBe(2);
  expect(seen).toEqual([]);
  expect(readdirSync(cwd)).toEqual(['a-file']);
});

test('a disk without room is found before the server is asked, and an old file stays whole', async () => {
  const disk = smallDisk(3 * 1024 * 1024);
  try {
    const keep = path.join(disk.folder, 'keep.png');
    writeFileSync(keep, 'precious');
    disk.fill();
    for (const words of [
      ['-o', path.join(disk.folder, 'fox.png')],
      ['-o', keep, '--force'],
    ]) {
      const { exitCode, err } = await run(['generate', 'A fox', ...words]);
      expect([exitCode, err]).toEqual([1, expect.stringContaining(' cannot be written: ')]);
    }
    disk.makeRoom();
    expect(seen).toEqual([]);
    expect(readFileSync(keep, 'utf8')).toBe('precious');
    expect(readdirSync(disk.folder)).toEqual(['keep.png']);
  } finally {
    disk.makeRoom();
    disk.remove();
  }
});

test('a picture that cannot be written any more is saved elsewhere, and an old file stays whole', async () => {
  const disk = smallDisk(3 * 1024 * 1024);
  try {
    const keep = path.join(disk.folder, 'keep.png');
    writeFileSync(keep, 'precious');
    // Larger than the room that was taken before, on a disk that is full by now.
    const large = await noise(1200, 900, 'png');
    reply = () => {
      if (disk.isReal) disk.fill();
      else rmSync(disk.folder, { recursive: true });
      return { body: { data: [picture(large)] } };
    };
    const { exitCode, out, err } = await run(['generate', 'A fox', '-o', keep, '--force']);
    expect([exitCode, out]).toEqual([1, '']);
    const saved =
      /^plantain: .* cannot be written: .+ The picture was saved as (.+) instead\.\n$/.exec(err)?.[1] ?? '';
    expect(readFileSync(saved).equals(large)).toBe(true);
    rmSync(saved);
    if (!disk.isReal) return;
    disk.makeRoom();
    expect(readFileSync(keep, 'utf8')).toBe('precious');
    expect(readdirSync(disk.folder)).toEqual(['keep.png']);
  } finally {
    disk.remove();
  }
});

test('--force replaces a file whole: its mode stays, and a link goes on leading to it', async () => {
  reply = () => ({ body: { data: [picture(png)] } });
  mkdirSync(path.join(cwd, 'album'));
  const target = path.join(cwd, 'album', 'fox.png');
  writeFileSync(target, 'old');
  chmodSync(target, 0o640);
  symlinkSync('album/fox.png', path.join(cwd, 'link.png'));
  symlinkSync('album/new.png', path.join(cwd, 'dangling.png'));
  expect((await run(['generate', 'A fox', '-o', 'link.png', '--force'])).exitCode).toBe(0);
  expect((await run(['generate', 'A fox', '-o', 'dangling.png', '--force'])).exitCode).toBe(0);
  expect(readFileSync(target).equals(png)).toBe(true);
  expect(readFileSync(path.join(cwd, 'album', 'new.png')).equals(png)).toBe(true);
  expect(statSync(target).mode & 0o777).toBe(0o640);
  expect(lstatSync(path.join(cwd, 'link.png')).isSymbolicLink()).toBe(true);
  expect(readdirSync(path.join(cwd, 'album')).sort()).toEqual(['fox.png', 'new.png']);
});

test('a file that appeared while it was drawn is kept, and so is the picture', async () => {
  reply = () => {
    writeFileSync(path.join(cwd, 'fox.png'), 'mine');
    return { body: { data: [picture(png)] } };
  };
  const { exitCode, err } = await run(['generate', 'A fox', '-o', 'fox.png']);
  expect([exitCode, err]).toEqual([
    0,
    'plantain: fox-2.png: a file of the planned name appeared meanwhile.\n',
  ]);
  expect(readFileSync(path.join(cwd, 'fox.png'), 'utf8')).toBe('mine');
  expect(readdirSync(cwd).sort()).toEqual(['fox-2.png', 'fox.png']);
});

test('a reader of standard output that leaves ends the command quietly; any other failure saves the picture', async () => {
  reply = () => ({ body: { data: [picture(png)] } });
  const failing = (code: string, message: string): Partial<CommandContext> => ({
    stdout: {
      write: () => false,
      flush: async () => Object.assign(new Error(message), { code }),
    },
  });
  const left = await run(['generate', 'A fox', '-o', '-'], failing('EPIPE', 'broken pipe'));
  expect([left.exitCode, left.err]).toEqual([141, '']);
  const full = await run(['generate', 'A fox', '-o', '-'], failing('ENOSPC', 'no space left'));
  const saved =
    /standard output cannot be written: no space left\. The picture was saved as (.+) instead/.exec(full.err);
  expect([full.exitCode, readFileSync(saved?.[1] ?? '').equals(png)]).toEqual([1, true]);
  rmSync(saved?.[1] ?? '');
  const list = await run(['config', 'template'], failing('ENOSPC', 'no space left'));
  expect([list.exitCode, list.err]).toEqual([
    1,
    'plantain: standard output cannot be written: no space left.\n',
  ]);
});

test('what a server says cannot play the terminal, and is cut', async () => {
  const hostile = '\u001b[2J\u001b]0;owned\u0007 \u009b31m\u202e';
  const isClean = (text: string) => !/[\p{Cc}\p{Bidi_Control}]/u.test(text.replaceAll('\n', ''));
  reply = () => ({ status: 400, body: { error: { message: `${hostile}${'x'.repeat(100_000)}` } } });
  const refused = await run(['generate', 'A fox']);
  expect([refused.exitCode, isClean(refused.err), refused.err.length < 1200]).toEqual([2, true, true]);
  expect(refused.err).toContain('plantain: \\u001b[2J');
  reply = () => ({
    headers: { 'plantain-upstream': '\u009b2Jfake', 'plantain-adapted': 'x\u009b2J' },
    body: { size: hostile, data: [picture(png)] },
  });
  for (const more of [[], ['--json']]) {
    const { out, err } = await run(['generate', 'A fox', '-o', 'fox\u001b[2J\n.png', '--force', ...more]);
    expect([isClean(out), isClean(err)]).toEqual([true, true]);
    expect(out).toContain('\\u009b2Jfake');
    if (more.length === 0) expect(out.split('\n')).toHaveLength(2);
  }
});

test('what is no picture is not kept as one, and does not cost the others', async () => {
  reply = () => ({ body: { data: [picture(Buffer.from('<html>')), picture(png)] } });
  const { exitCode, out, err } = await run(['generate', 'A fox', '-n', '2', '-o', 'fox.png']);
  expect([exitCode, err]).toEqual([4, 'plantain: the server sent something that is no picture.\n']);
  expect(out).toContain('fox-2.png  16x9 png');
  expect(readdirSync(cwd)).toEqual(['fox-2.png']);
  const piped = await run(['generate', 'A fox', '-o', '-']);
  expect([piped.exitCode, piped.outBytes.length]).toEqual([4, 0]);
});

test('more pictures than asked for are not written, and that is told', async () => {
  reply = () => ({ body: { data: Array(50).fill(picture(png)) } });
  const { exitCode, err } = await run(['generate', 'A fox', '-n', '2', '-o', 'fox.png']);
  expect([exitCode, err]).toEqual([0, 'plantain: the server sent 50 pictures; the 2 asked for are kept.\n']);
  expect(readdirSync(cwd).sort()).toEqual(['fox-1.png', 'fox-2.png']);
});

test('one link that leads nowhere does not cost the other pictures', async () => {
  reply = (call) =>
    call.url === '/pic.png'
      ? { status: 404 }
      : { body: { data: [{ url: `${baseUrl}/pic.png` }, picture(png), { url: 'http://[::1' }] } };
  const { exitCode, err } = await run(['generate', 'A fox', '-n', '3', '-o', 'fox.png']);
  expect([exitCode, err.split('\n')]).toEqual([
    4,
    [
      'plantain: the link to the picture answered 404.',
      'plantain: the server gave a link that is no http address.',
      '',
    ],
  ]);
  expect(readdirSync(cwd)).toEqual(['fox-2.png']);
});

test('--dry-run tells what a Plantain server would draw, and leaves no file', async () => {
  const document = {
    object: 'image.dry_run',
    model: 'm',
    size: '1376x768',
    aspect_ratio: '16:9',
    image_size: '1K',
    n: 2,
    output_format: 'png',
    highest_price: '$0.16',
  };
  reply = ({ url }) =>
    url === '/openapi.json'
      ? { body: { info: { title: 'Plantain' } } }
      : { headers: { 'plantain-adapted': 'size;to=x' }, body: document };
  const words = ['generate', 'A fox', '-o', 'fox.png', '-n', '2', '--dry-run'];
  expect(await run(words)).toMatchObject({
    exitCode: 0,
    out: `Nothing was drawn. It would be:
  model     m
  size      1376x768 (16:9, 1K)
  pictures  2 as png
  cost      at most $0.16
`,
    err: 'plantain: adapted: size;to=x\n',
  });
  expect(JSON.parse((await run([...words, '--json'])).out)).toEqual(document);
  expect(seen.map(({ url }) => url)).toEqual([
    '/openapi.json',
    '/v1/images/generations?dry_run=true',
    '/openapi.json',
    '/v1/images/generations?dry_run=true',
  ]);
  expect(readdirSync(cwd)).toEqual([]);
});

test('--dry-run asks no other server, which would draw', async () => {
  reply = () => ({ body: { info: { title: 'Another' }, data: [picture(png)] } });
  expect(await run(['generate', 'A fox', '--dry-run'])).toMatchObject({
    exitCode: 2,
    err: `plantain: --dry-run asks a Plantain server, and ${baseUrl} is none: it would draw.\n`,
  });
  expect(seen.map(({ url }) => url)).toEqual(['/openapi.json']);
});

test('a key without the server it is for is a mistake, not a drawing in this process', async () => {
  expect(await run(['generate', 'A fox', '--key', 'sk-x'], { env: {} })).toMatchObject({
    exitCode: 2,
    err: 'plantain: --key is for a server. Name it with --base-url.\n',
  });
  expect(readdirSync(cwd)).toEqual([]);
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
  expect([exitCode, err, readdirSync(cwd)]).toEqual([130, 'plantain: interrupted.\n', []]);
});

test('an address without a path means its /v1, another path is kept', () => {
  expect(apiRoot('http://h:1/')).toBe('http://h:1/v1');
  expect(apiRoot('https://h/openai/v1/')).toBe('https://h/openai/v1');
});
