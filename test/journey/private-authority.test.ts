import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { imageAnswer, sendJson } from '../support/fake-gemini.ts';
import { generate } from '../support/http.ts';
import { serveChild } from '../support/serve-child.ts';
import { testCertificate } from '../support/test-certificate.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Plantain in front of an upstream over TLS whose authority only `env` may name. */
async function behindAuthority(env: (certificateFile: string) => Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'plantain-authority-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const certificateFile = join(folder, 'authority.pem');
  await writeFile(certificateFile, testCertificate.cert);
  const upstream = createServer(testCertificate, (request, response) => {
    request.resume();
    request.on('end', () => sendJson(response, imageAnswer()));
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  closers.push(async () => {
    upstream.closeAllConnections();
    upstream.close();
  });
  const upstreamUrl = `https://localhost:${(upstream.address() as AddressInfo).port}`;
  const child = await serveChild({ upstreamUrl, env: env(certificateFile) });
  closers.push(() => child.close());
  return child;
}

test.each<[string, (certificateFile: string) => Record<string, string>]>([
  ['NODE_EXTRA_CA_CERTS names its certificate', (file) => ({ NODE_EXTRA_CA_CERTS: file })],
  [
    "NODE_USE_SYSTEM_CA counts the system's in",
    (file) => ({ NODE_USE_SYSTEM_CA: '1', SSL_CERT_FILE: file, SSL_CERT_DIR: '/nowhere' }),
  ],
])('an upstream of a private authority draws where %s', async (_how, env) => {
  const answer = await generate(await behindAuthority(env), { prompt: 'a fox' });
  expect(answer.status).toBe(200);
});

test('an upstream of an authority that nobody trusts is not sent anything, and the log says why', async () => {
  const child = await behindAuthority(() => ({}));
  const answer = await generate(child, { prompt: 'a fox' });
  expect(answer.status).toBeGreaterThanOrEqual(429);
  expect(await answer.text()).not.toContain('certificate');
  expect(child.output()).toContain('self-signed certificate');
});
