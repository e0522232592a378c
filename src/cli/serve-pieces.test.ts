import { execFile } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { firstPowerShellCommand, firstShellCommand } from './first-command.ts';
import { writeFirstKey } from './first-key-file.ts';
import { programName } from './program-name.ts';
import { serveBanner, type ServeBannerInput } from './serve-banner.ts';
import { listenFailure } from './serve-command.ts';
import { firstStopSignal } from './stop-signals.ts';
import { stoppingText } from './stopping-text.ts';

const key = `sk-${'a1B'.repeat(16)}`;
const input: ServeBannerInput = {
  version: '1.2.3',
  url: 'http://127.0.0.1:4747',
  upstreams: [],
  troubles: [],
  dataDir: '/data',
  firstKey: { key },
  hasBootstrapKey: false,
  leftOpenOrders: 0,
  console: undefined,
  platform: 'linux',
  program: 'plantain',
};

test('every command that the banner tells is one that works where it is', () => {
  expect(programName('/srv', 'file:///usr/lib/node_modules/plantain/dist/main.js')).toBe('plantain');
  const module = 'file:///home/ann/plantain/src/cli/program-name.ts';
  expect(programName('/home/ann/plantain', module)).toBe('npm run plantain --');
  expect(programName('/home/ann/plantain-data', module)).toBe('node /home/ann/plantain/bin/plantain.mjs');
  const program = 'npm run plantain --';
  for (const firstKey of [undefined, { key }])
    for (const claimToken of [undefined, 'once'])
      for (const hasBootstrapKey of [true, false]) {
        const banner = serveBanner({
          ...input,
          program,
          firstKey,
          hasBootstrapKey,
          leftOpenOrders: 2,
          console: { claimToken },
        });
        const called = banner.replaceAll(program, '').matchAll(/.*\bplantain (serve|keys|admin|usage)\b.*/g);
        expect([...called].map(([line]) => line)).toEqual([]);
        expect(banner).toContain('GEMINI_API_KEY=<your key> npm run plantain -- serve');
        expect(banner).toContain('`npm run plantain -- admin secret`');
      }
});

test('the first start shows the key once, a ready curl, and says sandbox plainly', () => {
  const banner = serveBanner(input);
  expect(banner).toContain('address   http://127.0.0.1:4747/v1\n');
  expect(banner).toContain('sandbox: no Gemini key is set');
  expect(banner).toContain(`Your API key, shown only this once: ${key}\n`);
  expect(banner).toContain(firstShellCommand('http://127.0.0.1:4747', { key }));
  expect(banner).not.toContain('\x1b');
});

test('later starts show no key and say how to make one', () => {
  const banner = serveBanner({
    ...input,
    firstKey: undefined,
    upstreams: [{ name: 'gemini', address: 'https://g.example' }],
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
  expect(banner).toContain('curl -sS http://127.0.0.1:80/v1/');
});

test('where the console is, and the link that opens it once for whoever started the server', () => {
  const told = serveBanner({ ...input, console: { claimToken: 'once' } });
  expect(told).toContain('console   http://127.0.0.1:4747/console/#claim=once\n');
  const withSecret = serveBanner({ ...input, console: { claimToken: undefined } });
  expect(withSecret).toContain(
    'console   http://127.0.0.1:4747/console/ (`plantain admin secret` signs you in)\n',
  );
  expect(serveBanner(input)).not.toContain('console');
});

test('orders a dead server left open are told', () => {
  expect(serveBanner({ ...input, leftOpenOrders: 2 })).toContain(
    '2 orders were cut off when the last server died',
  );
});

test('a wrong key stands in the banner, below the upstream', () => {
  const upstreams = [{ name: 'gemini', address: 'https://g.example' }];
  expect(serveBanner({ ...input, upstreams, troubles: ['https://g.example refuses the key.'] })).toContain(
    '  upstream  gemini at https://g.example\n            ✗ https://g.example refuses the key.\n',
  );
});

const picture = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) & 255));

/** Pastes a command into a shell, in an empty folder; `answer` is what the server sends. */
async function pasted(shell: string, command: (url: string, folder: string) => string, answer: unknown) {
  let received = '';
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (piece: string) => (received += piece));
    request.on('end', () => {
      received += request.headers.authorization ?? '';
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(path.join(tmpdir(), "plantain's first "));
  try {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${String(port)}`;
    const { stderr } = await promisify(execFile)(shell, ['-c', command(url, folder)], { cwd: folder });
    const file = path.join(folder, 'otter.png');
    return { received, stderr, drawn: existsSync(file) ? readFileSync(file) : undefined };
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

const sent = `{"model":"nano-banana","prompt":"A cute baby sea otter","aspect_ratio":"1:1","output_format":"png"}Bearer ${key}`;

test.each(['sh', 'bash'])(
  'the printed command, pasted into %s, sends the request and writes the picture',
  async (shell) => {
    const answer = { created: 1, data: [{ b64_json: picture.toString('base64') }], size: '1024x1024' };
    const shown = await pasted(shell, (url) => firstShellCommand(url, { key }), answer);
    expect([shown.received, shown.stderr, shown.drawn?.equals(picture)]).toEqual([sent, '', true]);
    const kept = await pasted(
      shell,
      (url, folder) => firstShellCommand(url, { file: writeFirstKey(folder, key) ?? '' }),
      answer,
    );
    expect([kept.received, kept.stderr, kept.drawn?.equals(picture)]).toEqual([sent, '', true]);
  },
);

test.each(['sh', 'bash'])('pasted into %s, it shows an error and leaves no empty file', async (shell) => {
  const error = { error: { message: 'Incorrect API key provided.' } };
  const refused = await pasted(shell, (url) => firstShellCommand(url, { key }), error);
  expect([refused.stderr, refused.drawn]).toEqual([`${JSON.stringify(error)}\n`, undefined]);
  const nobody = await pasted(shell, () => firstShellCommand('http://127.0.0.1:1', { key }), {});
  expect([nobody.stderr, nobody.drawn]).toEqual([expect.stringContaining('curl: (7)'), undefined]);
});

test('on Windows the command is one for PowerShell, and sends the same', () => {
  expect(serveBanner({ ...input, platform: 'win32' })).toContain(
    firstPowerShellCommand('http://127.0.0.1:4747', { key }),
  );
  const command = firstPowerShellCommand('http://127.0.0.1:4747', { key });
  expect(command).toContain(`-Headers @{ Authorization = 'Bearer ${key}' }`);
  expect(command).toContain(`-Body '${sent.slice(0, sent.indexOf('Bearer'))}'`);
  expect(firstPowerShellCommand('http://h', { file: "/it's" })).toContain(`"Bearer $(Get-Content '/it''s')"`);
});

test('a first key in a file is its owner’s alone, also where a readable file lay before', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'plantain-key-'));
  try {
    writeFileSync(path.join(folder, 'first-key'), 'old', { mode: 0o644 });
    const file = writeFirstKey(folder, key) ?? '';
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([`${key}\n`, 0o600]);
    expect(writeFirstKey(path.join(folder, 'none'), key)).toBeUndefined();
    const banner = serveBanner({ ...input, firstKey: { file } });
    expect(banner).toContain(`Your API key is in ${file}, for this user alone.`);
    expect(banner).not.toContain(key);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('stopping says what is waited for and what a second Ctrl-C costs', () => {
  expect(stoppingText(0, 25_000)).toBe('plantain: stopping.\n');
  expect(stoppingText(2, 25_000)).toBe(
    'plantain: stopping. 2 requests in flight may finish, for at most 25 s. A second Ctrl-C ends at once: their pictures would be lost and yet booked, at the reserved price.\n',
  );
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
