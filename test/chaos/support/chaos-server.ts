import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttemptEntry, attemptRows, type LedgerEntry, ledgerRows } from '../../support/http.ts';
import {
  type GatewayProcess,
  gatewayProcessOf,
  gatewayProgram,
} from '../../support/start-gateway-process.ts';
import { makeMemoryGroup, type MemoryGroupFacts } from './memory-group.ts';

export interface ChaosServerOptions {
  /** Absent where `settings` name the upstreams. */
  readonly upstreamUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `plantain.yaml`. */
  readonly settings?: string;
  /** Puts it into a memory cgroup of that size. */
  readonly memoryLimitBytes?: number;
  /** Hears every line of its log. */
  readonly onLogLine?: (line: string) => void;
}

/** A whole Plantain as `plantain serve` runs it, in a process of its own that can be killed and asked. */
export interface ChaosServer extends Omit<GatewayProcess, 'settle' | 'largeStrings'> {
  readonly pid: number;
  /** Resident memory now, and at most so far; nothing once it has ended. */
  resident(): { readonly nowBytes: number; readonly peakBytes: number } | undefined;
  /** How it ended, if it has. */
  ending(): string | undefined;
  /** Lines of its log that tell of a fault of its own. */
  faults(): readonly string[];
  rows(): LedgerEntry[];
  /** Every upstream call in its ledger. */
  attempts(): AttemptEntry[];
  group(): MemoryGroupFacts | undefined;
  /** Stops it as a signal would, or kills it where that takes too long, and removes its data. */
  close(): Promise<void>;
}

const stopTimeoutMs = 45_000;
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export async function startChaosServer(options: ChaosServerOptions): Promise<ChaosServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plantain-chaos-'));
  if (options.settings !== undefined) await writeFile(join(dataDir, 'plantain.yaml'), options.settings);
  const group =
    options.memoryLimitBytes === undefined ? undefined : makeMemoryGroup(options.memoryLimitBytes);
  const gateway = {
    ...(options.upstreamUrl !== undefined && { upstreamUrl: options.upstreamUrl }),
    dataDir,
    env: { PLANTAIN_LOG_LEVEL: 'info', PLANTAIN_SHUTDOWN_GRACE_MS: '25000', ...options.env },
  };
  // The flag is the one that `serve` is started with.
  const command = [
    process.execPath,
    '--max-semi-space-size=16',
    gatewayProgram,
    JSON.stringify(gateway),
  ] as const;
  const [program, ...words] = group?.entering(command) ?? command;
  const child = spawn(program, words, {
    cwd: dataDir,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  children.add(child);
  const faults: string[] = [];
  readLog(child, (line) => {
    if (line.includes('"msg":"fault"')) faults.push(line);
    options.onLogLine?.(line);
  });
  let ending: string | undefined;
  child.once('exit', (code, signal) => {
    children.delete(child);
    ending = signal ?? `code ${code}`;
  });
  const remove = async (): Promise<void> => {
    group?.remove();
    await rm(dataDir, { recursive: true, force: true });
  };
  const started = await gatewayProcessOf(child).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const pid = child.pid ?? 0;
  return {
    ...started,
    pid,
    resident: () => residentOf(pid),
    ending: () => ending,
    faults: () => faults,
    rows: () => ledgerRows(dataDir),
    attempts: () => attemptRows(dataDir),
    group: () => group?.facts(),
    async close() {
      const kill = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      await started.close();
      clearTimeout(kill);
      await remove();
    },
  };
}

function readLog(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = `${rest}${chunk.toString()}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}

function residentOf(pid: number): { nowBytes: number; peakBytes: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytesOf = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
    const peakBytes = bytesOf('VmHWM');
    // A process that has ended and was not yet waited for has a status without memory.
    return Number.isNaN(peakBytes) ? undefined : { nowBytes: bytesOf('VmRSS'), peakBytes };
  } catch {
    return undefined;
  }
}
