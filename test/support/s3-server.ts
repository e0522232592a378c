import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bench/measure/free-port.ts';

export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Where the objects lie. */
  readonly folder: string;
  readonly pid: number;
  /** Ends it as a power cut would. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

const accessKeyId = 'PLANTAINTESTKEY';
const secretAccessKey = 'plantain-test-secret/with+signs=';
const bucket = 'pictures';

/** A real S3 server of its own, with one bucket in a temporary folder. It checks signatures. */
export async function startS3({
  folder = mkdtempSync(join(tmpdir(), 'plantain-s3-')),
} = {}): Promise<S3Server> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${String(port)}`;
  mkdirSync(join(folder, bucket), { recursive: true });
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const start = async (): Promise<void> => {
    child = spawn(
      binary(),
      ['--quiet', '--port', `127.0.0.1:${String(port)}`, '--health', '/health', 'posix', folder],
      {
        env: {
          ROOT_ACCESS_KEY_ID: accessKeyId,
          ROOT_SECRET_ACCESS_KEY: secretAccessKey,
          VGW_REGION: 'eu-test-1',
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    for (;;) {
      if (child.exitCode !== null) throw new Error(`versitygw ended with ${String(child.exitCode)}.`);
      const isUp = await fetch(`${endpoint}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isUp) return;
      await sleep(20);
    }
  };
  await start();
  return {
    endpoint,
    bucket,
    accessKeyId,
    secretAccessKey,
    folder,
    get pid() {
      return child?.pid ?? 0;
    },
    start,
    stop,
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `.ci/tools.sh` builds it there. */
function binary(): string {
  const places = [join(homedir(), 'go/bin/versitygw'), '/usr/local/bin/versitygw', '/usr/bin/versitygw'];
  const found = places.find((place) => existsSync(place)) ?? onPath();
  if (found === undefined) throw new Error('versitygw is not installed: `bash .ci/tools.sh` does it.');
  return found;
}

function onPath(): string | undefined {
  try {
    return execFileSync('which', ['versitygw'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
