import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../measure/free-port.ts';
import { ManagedProcess } from '../measure/managed-process.ts';
import { proxyTarget } from './direct.ts';
import type { Target, TargetContext } from './target.ts';

const commands = ['haproxy', '/usr/sbin/haproxy'];
const readyPath = '/bench-ready';

/** HAProxy as Debian builds it, with one thread and its own buffers; undefined where it is not installed. It keeps its connections. */
export async function startHaproxy(
  { upstreamPort, tls, scratchDir }: TargetContext,
  scheme: 'http' | 'https' = 'http',
): Promise<Target | undefined> {
  const command = commands.find((candidate) => spawnSync(candidate, ['-v']).error === undefined);
  if (command === undefined) return undefined;
  const port = await freePort();
  const dir = join(scratchDir, `haproxy-${scheme}`);
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const config = join(dir, 'haproxy.cfg');
  const server =
    scheme === 'http'
      ? `127.0.0.1:${upstreamPort}`
      : `127.0.0.1:${tls.port} ssl verify required ca-file ${tls.certificateFile} verifyhost localhost sni str(localhost)`;
  writeFileSync(
    config,
    `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 10s
  timeout client 180s
  timeout server 180s
frontend gateway
  bind 127.0.0.1:${port} backlog 4096
  monitor-uri ${readyPath}
  default_backend gemini
backend gemini
  server upstream ${server}
`,
  );
  const process = await ManagedProcess.start({
    command,
    args: ['-db', '-f', config],
    cwd: dir,
    logFile: join(dir, 'output.log'),
    port,
    readyPath,
  });
  const [, version = ''] =
    /version (\S+?)[-+ ]/.exec(spawnSync(command, ['-v'], { encoding: 'utf8' }).stdout) ?? [];
  return proxyTarget({ id: 'haproxy', label: 'HAProxy', version, port }, process);
}
