import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';

const mark = 'CHAOS_NETWORK';

/** A public address that in a network of our own is ours: references by link may lead to no other kind. */
export const publicAddress = '1.2.3.4';

/** Whether `inOwnNetwork` started this process. */
export const hasOwnNetwork = (): boolean => process.env[mark] === 'own';

/**
 * Runs this very command again where no network reaches, with the loopback interface up. Resolves with its exit code;
 * undefined where this system or this user cannot have such a network.
 */
export async function inOwnNetwork(): Promise<number | undefined> {
  try {
    execFileSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn('unshare', ['--net', ...command], {
    stdio: 'inherit',
    env: { ...process.env, [mark]: 'own' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

/** To be called once at the start of a process with a network of its own. */
export function prepareOwnNetwork(): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  execFileSync('ip', ['address', 'add', `${publicAddress}/32`, 'dev', 'lo']);
}

/** What the sockets made from now on hold at most: what is sent and not received, and what is received and not read. */
export function setSocketBuffers(sendBytes: number, receiveBytes: number): void {
  writeFileSync('/proc/sys/net/ipv4/tcp_wmem', `4096 16384 ${sendBytes}`);
  writeFileSync('/proc/sys/net/ipv4/tcp_rmem', `4096 ${Math.min(131_072, receiveBytes)} ${receiveBytes}`);
}
