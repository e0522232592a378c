import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Config } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import { isNodeNewEnough, oldestNode } from '../kernel/node-version.ts';
import { judgeSchema } from './check-postgres.ts';
import { type Finding, reasonOf } from './doctor-report.ts';

const gibibyte = 1024 ** 3;
const minFreeBytes = gibibyte;
/** Before this the software did not exist, so the clock is wrong; certificates and link expiry depend on it. */
const earliestSaneMs = Date.UTC(2026, 0, 1);
/** Upstream and certificates tolerate a few minutes. */
const maxClockSkewMs = 5 * 60_000;

export function checkNode(version = process.versions.node): Finding {
  return isNodeNewEnough(version)
    ? { check: 'node', state: 'ok', detail: `Node.js ${version}` }
    : {
        check: 'node',
        state: 'failed',
        detail: `Node.js ${version}`,
        fix: `Install Node.js ${oldestNode} or newer.`,
      };
}

export function checkClock(nowMs: number, upstreamDateMs: number | undefined): Finding {
  const shown = new Date(nowMs).toISOString();
  const skewMs = upstreamDateMs === undefined ? 0 : Math.abs(nowMs - upstreamDateMs);
  return nowMs >= earliestSaneMs && skewMs <= maxClockSkewMs
    ? { check: 'clock', state: 'ok', detail: shown }
    : {
        check: 'clock',
        state: 'failed',
        detail: `${shown} is wrong`,
        fix: "Set this machine's clock, or start its time service.",
      };
}

export function checkDataFolder({ dataDir }: Config): Finding {
  try {
    const isThere = existsSync(dataDir);
    const folder = isThere ? dataDir : nearestFolder(dataDir);
    const probe = path.join(folder, `.doctor-${String(process.pid)}`);
    writeFileSync(probe, '');
    rmSync(probe);
    const { bavail, bsize } = statfsSync(folder);
    const freeBytes = bavail * bsize;
    const made = isThere ? '' : ' (made at the first start)';
    const detail = `${dataDir}${made}, ${(freeBytes / gibibyte).toFixed(1)} GiB free`;
    return freeBytes >= minFreeBytes
      ? { check: 'data', state: 'ok', detail }
      : {
          check: 'data',
          state: 'failed',
          detail,
          fix: 'Make room, or choose another folder with PLANTAIN_DATA_DIR.',
        };
  } catch (error) {
    const fix = 'Give this user the folder, or choose another one with PLANTAIN_DATA_DIR.';
    return {
      check: 'data',
      state: 'failed',
      detail: `${dataDir} cannot be written: ${reasonOf(error)}`,
      fix,
    };
  }
}

/** The folder that a missing one would be made in. */
function nearestFolder(missing: string): string {
  const parent = path.dirname(missing);
  return parent === missing || existsSync(parent) ? parent : nearestFolder(parent);
}

/** The file in the data folder. Changes nothing: a server of an earlier version may be running on it. */
export async function checkDatabase(config: Config): Promise<Finding> {
  const file = databasePath(config);
  if (!existsSync(file))
    return { check: 'database', state: 'ok', detail: 'none yet; the first start makes it' };
  try {
    const { examineStore } = await import('../store/sql/examine-store.ts');
    return judgeSchema(await examineStore({ url: undefined, file }), config.database.migrate, 'database');
  } catch (error) {
    return {
      check: 'database',
      state: 'failed',
      detail: reasonOf(error),
      fix: 'The message names the cause. Restore a backup if the file is damaged.',
    };
  }
}

/** Free, or taken by a Plantain that answers: both are well. */
export async function checkPort({ host, port }: Config): Promise<Finding> {
  const address = `${host}:${String(port)}`;
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
  if (failure === undefined) return { check: 'address', state: 'ok', detail: `${address} is free` };
  if (failure.code === 'EADDRINUSE' && (await plantainAnswers(host, port))) {
    return { check: 'address', state: 'ok', detail: `Plantain is running at ${address}` };
  }
  const fix =
    failure.code === 'EADDRINUSE'
      ? 'Stop what listens there, or choose another port with PLANTAIN_PORT.'
      : 'Choose another address with PLANTAIN_HOST and PLANTAIN_PORT.';
  return { check: 'address', state: 'failed', detail: `${address}: ${failure.code ?? failure.message}`, fix };
}

async function plantainAnswers(host: string, port: number): Promise<boolean> {
  const { request } = await import('undici');
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const authority = reachable.includes(':') ? `[${reachable}]` : reachable;
  try {
    const answer = await request(`http://${authority}:${String(port)}/healthz`, {
      headersTimeout: 3000,
      bodyTimeout: 3000,
    });
    await answer.body.dump();
    return answer.statusCode === 200;
  } catch {
    return false;
  }
}

/** The picture libraries are native code, which an odd platform or a copied node_modules can lack. */
export async function checkPictureLibraries(): Promise<Finding> {
  const loads: readonly (readonly [string, () => Promise<unknown>])[] = [
    [
      'sharp',
      async () =>
        (await import('sharp'))
          .default({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
          .png()
          .toBuffer(),
    ],
    [
      'resvg',
      async () =>
        new (await import('@resvg/resvg-js')).Resvg(
          '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
        ).render(),
    ],
  ];
  for (const [name, load] of loads) {
    try {
      await load();
    } catch (error) {
      const fix = `Install again on this machine (npm ci), so that the build for ${process.platform} ${process.arch} is there.`;
      return {
        check: 'pictures',
        state: 'failed',
        detail: `${name} does not load: ${reasonOf(error)}`,
        fix,
      };
    }
  }
  return { check: 'pictures', state: 'ok', detail: 'sharp and resvg load' };
}
