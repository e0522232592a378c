import type { Environment } from './config-environment.ts';

/** The first file descriptor that a service manager hands over (sd_listen_fds(3)). */
const firstFd = 3;

/**
 * The listening socket that a service manager such as systemd handed over, so that nobody is refused while the server
 * restarts: meanwhile the system queues who comes. Undefined when there is none, or when it is meant for another process.
 * Throws Error when there are several: which of them clients come to cannot be told.
 */
export function handedSocket(
  env: Environment = process.env,
  pid: number = process.pid,
): { readonly fd: number } | undefined {
  if (env['LISTEN_PID'] !== String(pid)) return undefined;
  const count = Number(env['LISTEN_FDS'] ?? 0);
  if (!(count >= 1)) return undefined;
  if (count > 1)
    throw new Error(
      `The service manager handed over ${count} sockets. Give the .socket unit one ListenStream.`,
    );
  return { fd: firstFd };
}
