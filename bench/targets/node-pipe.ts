import { join } from 'node:path';
import { freePort } from '../measure/free-port.ts';
import { ManagedProcess } from '../measure/managed-process.ts';
import { benchDir } from '../paths.ts';
import { proxyTarget } from './direct.ts';
import type { Target, TargetContext } from './target.ts';

/**
 * The floor of Node.js: a proxy that looks at nothing. Machines differ by half in how fast they run JavaScript beside how
 * fast they copy bytes in the kernel, which is all that nginx does; beside this one the figures of all machines agree.
 */
export async function startNodePipe(
  { upstreamPort, tls, scratchDir }: TargetContext,
  scheme: 'http' | 'https' = 'http',
): Promise<Target> {
  const port = await freePort();
  const isTls = scheme === 'https';
  const pipe = await ManagedProcess.start({
    command: process.execPath,
    args: [join(benchDir, 'peers', 'node-pipe.mjs')],
    cwd: scratchDir,
    env: {
      PORT: String(port),
      UPSTREAM_URL: isTls ? `https://localhost:${tls.port}` : `http://127.0.0.1:${upstreamPort}`,
      ...(isTls && { NODE_EXTRA_CA_CERTS: tls.certificateFile }),
    },
    logFile: join(scratchDir, `node-pipe-${scheme}.log`),
    port,
    readyPath: '/bench-ready',
  });
  const { node: version } = process.versions;
  return proxyTarget({ id: 'node-pipe', label: 'Node.js, piping', version, port }, pipe);
}
