import { execFile } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { firstCurl, serveBanner, type ServeBannerInput } from './serve-banner.ts';
import { listenFailure } from './serve-command.ts';
import { firstStopSignal } from './stop-signals.ts';

const key = `sk-${'a1B'.repeat(16)}`;
const input: ServeBannerInput = {
  version: '1.2.3',
  url: 'http://127.0.0.1:4747',
  upstream: undefined,
  dataDir: '/data',
  firstKey: key,
  hasBootstrapKey: false,
  leftOpenOrders: 0,
};

test('the first start shows the key once, a ready curl, and says sandbox plainly', () => {
  const banner = serveBanner(input);
  expect(banner).toContain('address   http://127.0.0.1:4747/v1\n');
  expect(banner).toContain('sandbox: no Gemini key is set');
  expect(banner).toContain(`Your API key, shown only this once: ${key}\n`);
  expect(banner).toContain(firstCurl('http://127.0.0.1:4747', key));
  expect(banner).not.toContain('\x1b');
});

test('later starts show no key and say how to make one', () => {
  const banner = serveBanner({
    ...input,
    firstKey: undefined,
    upstream: { name: 'gemini', baseUrl: 'https://g.example' },
  });
  expect(banner).not.toContain('sk-');
  expect(banner).toContain('plantain keys create --name <name>');
  expect(banner).toContain('upstream  gemini at https://g.example\n');
  expect(serveBanner({ ...input, firstKey: undefined, hasBootstrapKey: true })).toContain(
    'PLANTAIN_BOOTSTRAP_KEY',
  );
});

test('an address that listens everywhere is shown as one that can be called', () => {
  const banner = serveBanner({ ...input, url: 'http://0.0.0.0:80' });
  expect(banner).toContain('http://127.0.0.1:80/v1 (listening on http://0.0.0.0:80)');
  expect(banner).toContain('curl -s http://127.0.0.1:80/v1/');
});

test('orders a dead server left open are told', () => {
  expect(serveBanner({ ...input, leftOpenOrders: 2 })).toContain(
    '2 orders were cut off when the last server died',
  );
});

test('the printed curl, pasted into a shell, sends the request and writes the picture', async () => {
  const picture = Buffer.from(
    Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) & 255),
  );
  let received = '';
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (piece: string) => (received += piece));
    request.on('end', () => {
      received += request.headers.authorization ?? '';
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ created: 1, data: [{ b64_json: picture.toString('base64') }], size: '1024x1024' }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(path.join(tmpdir(), 'plantain-curl-'));
  try {
    const { port } = server.address() as AddressInfo;
    await promisify(execFile)('sh', ['-c', firstCurl(`http://127.0.0.1:${String(port)}`, key)], {
      cwd: folder,
    });
    expect(readFileSync(path.join(folder, 'otter.png')).equals(picture)).toBe(true);
    expect(received).toBe(
      `{"model":"gemini-2.5-flash-image","prompt":"A cute baby sea otter","aspect_ratio":"1:1"}Bearer ${key}`,
    );
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test('an address that cannot be listened on is told with the way out', () => {
  const failure = (code: string) =>
    listenFailure(Object.assign(new Error('listen'), { code }), '127.0.0.1', 4747).message;
  expect(failure('EADDRINUSE')).toBe(
    '127.0.0.1:4747 is in use. Stop what listens there, or take another port: --port 4748 (0 takes any free one).',
  );
  expect(failure('EACCES')).toContain('Take a port above 1023');
  expect(failure('EADDRNOTAVAIL')).toContain('this machine has no address 127.0.0.1');
  expect(failure('EWHATEVER')).toBe('cannot listen on 127.0.0.1:4747: listen');
});

test('the first signal stops gently, its echo counts as the same, a later one ends at once', async () => {
  const exits: number[] = [];
  const source = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  let nowMs = 1000;
  const { stopped, release } = firstStopSignal(source, () => nowMs);
  source.emit('SIGINT', 'SIGINT');
  expect(await stopped).toBe('SIGINT');
  nowMs += 100;
  source.emit('SIGINT', 'SIGINT');
  expect(exits).toEqual([]);
  nowMs += 1000;
  source.emit('SIGTERM', 'SIGTERM');
  expect(exits).toEqual([143]);
  release();
  expect(source.listenerCount('SIGTERM')).toBe(0);
});
