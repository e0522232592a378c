/**
 * openai-python against a Plantain whose upstream takes 3 seconds a picture: with `timeout=1, max_retries=2`, and behind
 * a proxy that cuts at 2 seconds. Its retry has to bring the picture of the first request: one upstream call, one receipt.
 *
 *   node test/clients/time-outs.ts
 */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { imageAnswer, sendJson, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import { ledgerRows } from '../support/http.ts';
import { startGateway } from '../support/start-gateway.ts';
import { runCommand } from './support/command.ts';
import { pythonWithOpenAI } from './support/suites.ts';

const pictureMs = 3000;
const proxyCutMs = 2000;

const python = await pythonWithOpenAI();

/** Hangs up on both sides when no answer has begun in time. */
async function startCuttingProxy(target: string) {
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '' } = incoming;
    const onward = request(new URL(url, target), { method, headers }, (answer) => {
      clearTimeout(cut);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    const cut = setTimeout(() => {
      onward.destroy();
      incoming.socket.destroy();
    }, proxyCutMs);
    onward.on('error', () => undefined);
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function attempt(name: string, isProxied: boolean): Promise<boolean> {
  const upstream = await startFakeGemini(async (_call, response) => {
    await sleep(pictureMs);
    sendJson(response, imageAnswer());
  });
  const gateway = await startGateway({ upstreamUrl: upstream.url });
  const proxy = isProxied ? await startCuttingProxy(gateway.url) : undefined;
  try {
    const { exitCode, stdout, stderr } = await runCommand(
      python,
      [join(import.meta.dirname, 'python', 'time_outs.py')],
      {
        env: {
          PLANTAIN_BASE_URL: `${proxy?.url ?? gateway.url}/v1`,
          PLANTAIN_API_KEY: gateway.key,
          ...(!isProxied && { SDK_TIMEOUT: '1' }),
        },
        timeoutMs: 60_000,
      },
    );
    const rows = ledgerRows(gateway.dataDir).map(({ status, attempts }) => ({ status, attempts }));
    const hasPicture = exitCode === 0 && stdout.trim() === tinyPng;
    console.log(
      `${name}: picture ${hasPicture ? 'arrived' : 'LOST'}, upstream calls ${upstream.calls.length}, receipts ${JSON.stringify(rows)}`,
    );
    if (!hasPicture) console.log(stderr.slice(-2000));
    return hasPicture && upstream.calls.length === 1 && rows.length === 1 && rows[0]?.status === 'succeeded';
  } finally {
    proxy?.server.closeAllConnections();
    proxy?.server.close();
    await gateway.close();
    await upstream.close();
  }
}

const results = [
  await attempt('timeout=1, max_retries=2, a picture of 3 s', false),
  await attempt('a proxy that cuts at 2 s, a picture of 3 s', true),
];
process.exitCode = results.every(Boolean) ? 0 : 1;
