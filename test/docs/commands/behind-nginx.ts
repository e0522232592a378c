import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../bench/measure/free-port.ts';
import { noise } from '../../support/test-pictures.ts';

const host = 'images.example.com';

interface Answer {
  readonly status: number;
  readonly body: string;
  /** What came first. */
  readonly firstChunk: string;
}

/**
 * Runs the page's block in an nginx of its own before a server, and asks for what a proxy easily spoils: a large edit,
 * a stream's first byte, a link's address, a redirect to https. Throws what went wrong.
 */
export async function behindNginx(
  block: string,
  serverAddress: string,
  key: string,
  work: string,
): Promise<void> {
  const folder = join(work, 'nginx');
  mkdirSync(folder, { recursive: true });
  const certificate = join(folder, 'fullchain.pem');
  const certificateKey = join(folder, 'privkey.pem');
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      certificateKey,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  );
  const [tlsPort, plainPort] = [await freePort(), await freePort()];
  const site = block
    .replace('listen 443 ssl', `listen 127.0.0.1:${String(tlsPort)} ssl`)
    .replace('listen 80', `listen 127.0.0.1:${String(plainPort)}`)
    .replace(`/etc/letsencrypt/live/${host}/fullchain.pem`, certificate)
    .replace(`/etc/letsencrypt/live/${host}/privkey.pem`, certificateKey)
    .replace('http://127.0.0.1:4747', serverAddress);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  const configuration = join(folder, 'nginx.conf');
  writeFileSync(
    configuration,
    `daemon off; pid ${join(folder, 'pid')}; error_log ${join(folder, 'error.log')};\nevents {}\nhttp {\naccess_log off;\n${paths.join('\n')}\n${site}\n}\n`,
  );
  const nginx = spawn('/usr/sbin/nginx', ['-c', configuration, '-p', folder], { stdio: 'ignore' });
  const ask = (path: string, body?: Buffer | string, type = 'application/json'): Promise<Answer> =>
    askOverTls(tlsPort, path, readFileSync(certificate), key, body, type);
  try {
    await poll(async () => (await ask('/readyz')).status === 200);
    const link = await ask('/v1/images/generations', '{"prompt":"A fox","response_format":"url"}');
    const url = new URL(/"url":"([^"]+)"/.exec(link.body)?.[1] ?? 'none:');
    must(url.origin === `https://${host}`, `a link begins with ${url.origin}`);
    const picture = await ask(`${url.pathname}${url.search}`);
    must(picture.status === 200, `the link answers ${String(picture.status)}`);
    const large = (await noise(1400, 1400)).toString('base64');
    const edit = await ask('/v1/images/edits', JSON.stringify({ prompt: 'Night', image: large }));
    must(large.length > 4_000_000 && edit.status === 200, `an edit of 4 MB answers ${String(edit.status)}`);
    const slow = '{"prompt":"A fox [scenario: slow-first-byte 3000]","stream":true}';
    const stream = await ask('/v1/images/generations', slow);
    must(
      stream.firstChunk.startsWith(':') && !stream.firstChunk.includes('event:'),
      'the stream came in one piece',
    );
    must(stream.body.includes('image_generation.completed'), 'the stream has no end');
    const plain = await fetch(`http://127.0.0.1:${String(plainPort)}/readyz`, { redirect: 'manual' });
    must(plain.status === 301, `http answers ${String(plain.status)}`);
  } finally {
    const ended = once(nginx, 'exit');
    nginx.kill('SIGTERM');
    await ended;
  }
}

function askOverTls(
  port: number,
  path: string,
  ca: Buffer,
  key: string,
  body: Buffer | string | undefined,
  type: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      host,
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': type }),
    };
    const method = body === undefined ? 'GET' : 'POST';
    const asked = httpsRequest(
      { host: '127.0.0.1', port, path, method, headers, ca, servername: host },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('latin1'),
            firstChunk: chunks[0]?.toString('latin1') ?? '',
          }),
        );
      },
    );
    asked.once('error', reject);
    asked.end(body);
  });
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`behind nginx ${otherwise}`);
}

async function poll(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await isTrue().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error('nginx does not answer');
}
