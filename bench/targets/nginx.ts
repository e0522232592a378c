import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../measure/free-port.ts';
import { ManagedProcess } from '../measure/managed-process.ts';
import { proxyTarget } from './direct.ts';
import type { Target, TargetContext } from './target.ts';

/** How the reference proxy is set up. */
interface NginxSetup {
  readonly id: string;
  readonly label: string;
  /** Lines of the location. */
  readonly lines: string;
}

const keptConnections = 'proxy_http_version 1.1; proxy_set_header Connection "";';

export const nginxSetups: readonly NginxSetup[] = [
  { id: 'nginx', label: 'nginx, as installed', lines: '' },
  { id: 'nginx-kept', label: 'nginx, kept connections', lines: keptConnections },
  {
    id: 'nginx-256k',
    label: 'nginx, 16 × 256 kB buffers',
    lines: `${keptConnections} proxy_buffers 16 256k; proxy_buffer_size 256k; proxy_busy_buffers_size 512k;`,
  },
];

/** Where Debian puts it is not in every user's PATH. */
function findNginx(): string {
  const command = ['nginx', '/usr/sbin/nginx'].find(
    (candidate) => spawnSync(candidate, ['-v']).error === undefined,
  );
  if (command === undefined)
    throw new Error('nginx is not installed. On Debian: apt-get install nginx-light');
  return command;
}

/**
 * Lines for an upstream over TLS. The certificate is checked, which nginx does not do by itself; a session is taken up
 * again, which it does; TLS 1.3 is the default from 1.23.4 on.
 */
const overTls = (certificateFile: string): string =>
  `proxy_ssl_protocols TLSv1.2 TLSv1.3; proxy_ssl_verify on; proxy_ssl_trusted_certificate ${certificateFile}; proxy_ssl_name localhost; proxy_ssl_server_name on; proxy_ssl_session_reuse on;`;

/** A plain reverse proxy to the upstream: the least that moving the bytes costs. One worker, no access log. */
export async function startNginx(
  { upstreamPort, tls, scratchDir }: TargetContext,
  { id, label, lines }: NginxSetup,
  scheme: 'http' | 'https' = 'http',
): Promise<Target> {
  const command = findNginx();
  const port = await freePort();
  const dir = join(scratchDir, `${id}-${scheme}`);
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const config = join(dir, 'nginx.conf');
  const isTls = scheme === 'https';
  const own = isTls ? `${lines} ${overTls(tls.certificateFile)}` : lines;
  writeFileSync(
    config,
    nginxConfig({
      dir,
      port,
      scheme,
      upstreamPort: isTls ? tls.port : upstreamPort,
      lines: own,
      filesDir: filesIn(scratchDir),
    }),
  );
  const process = await ManagedProcess.start({
    command,
    args: ['-p', dir, '-c', config, '-e', join(dir, 'error.log')],
    cwd: dir,
    logFile: join(dir, 'output.log'),
    port,
    readyPath: '/bench-ready',
  });
  const version = spawnSync(command, ['-v'], { encoding: 'utf8' })
    .stderr.trim()
    .replace('nginx version: nginx/', '');
  return proxyTarget({ id, label, version, port }, process);
}

/** What nginx serves by itself under `/files/`, as Debian sets it up to. */
export function filesIn(scratchDir: string): string {
  return join(scratchDir, 'files');
}

interface NginxConfig {
  readonly dir: string;
  readonly port: number;
  readonly scheme: string;
  readonly upstreamPort: number;
  readonly lines: string;
  readonly filesDir: string;
}

function nginxConfig({ dir, port, scheme, upstreamPort, lines, filesDir }: NginxConfig): string {
  const isRoot = process.getuid?.() === 0;
  return `
daemon off;
worker_processes 1;
${isRoot ? `user ${execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()};` : ''}
pid ${dir}/nginx.pid;
error_log ${dir}/error.log;
events { worker_connections 8192; }
http {
  access_log off;
  client_max_body_size 1g;
  client_body_temp_path ${dir}/client-body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  keepalive_requests 1000000;
  upstream gemini { server 127.0.0.1:${upstreamPort};${lines === '' ? '' : ' keepalive 1024; keepalive_requests 1000000;'} }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /bench-ready { return 204; }
    location /files/ { alias ${filesDir}/; sendfile on; tcp_nopush on; }
    location / {
      proxy_pass ${scheme}://gemini;
      ${lines}
    }
  }
}
`;
}
