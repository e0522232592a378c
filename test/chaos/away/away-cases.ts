import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../../support/postgres-server.ts';
import { smallDisk } from '../../support/small-disk.ts';

/** A database that a server uses, and that can be taken from it and given back. */
export interface AwayDatabase {
  /** Absent: the SQLite file of the data folder. */
  readonly url?: string;
  readonly dataDir: string;
  /** `pid`: the server. */
  takeAway(pid: number): void | Promise<void>;
  giveBack(pid: number): void | Promise<void>;
  remove(): Promise<void>;
}

export interface AwayCase {
  readonly name: string;
  open(): Promise<AwayDatabase>;
}

const dataFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'plantain-away-'));
/** What a database with its write-ahead log takes, and some room. */
const postgresDiskBytes = 160 * 1024 * 1024;

type Postgres = Awaited<ReturnType<typeof startPostgres>>;

function onPostgres(
  name: string,
  takeAway: (postgres: Postgres) => void | Promise<void>,
  giveBack: (postgres: Postgres) => void | Promise<void>,
): AwayCase {
  return {
    name,
    async open() {
      const postgres = await startPostgres();
      const dataDir = await dataFolder();
      return {
        url: postgres.url,
        dataDir,
        takeAway: () => takeAway(postgres),
        giveBack: () => giveBack(postgres),
        async remove() {
          await postgres.remove();
          await rm(dataDir, { recursive: true, force: true });
        },
      };
    },
  };
}

/** Every way in which a database can be away, each with a real one. */
export const awayCases = {
  stopped: onPostgres(
    'PostgreSQL is stopped',
    (postgres) => postgres.stop('fast'),
    (postgres) => postgres.start(),
  ),
  killed: onPostgres(
    'PostgreSQL is killed with SIGKILL',
    (postgres) => postgres.signal('SIGKILL'),
    async (postgres) => {
      // Its processes may still be on their way out.
      for (let tries = 20; ; tries--) {
        try {
          return await postgres.start();
        } catch (error) {
          if (tries === 0) throw error;
          await sleep(250);
        }
      }
    },
  ),
  frozen: onPostgres(
    'PostgreSQL stands still (SIGSTOP)',
    (postgres) => postgres.signal('SIGSTOP'),
    (postgres) => postgres.signal('SIGCONT'),
  ),
  full: {
    name: 'the disk of PostgreSQL is full',
    async open() {
      const disk = smallDisk(postgresDiskBytes);
      if (!disk.isReal) throw new Error('A small disk has to be mounted for this, which needs root.');
      const [postgres, dataDir] = [await startPostgres(disk.folder), await dataFolder()];
      return {
        url: postgres.url,
        dataDir,
        takeAway: () => disk.fill(),
        async giveBack() {
          disk.makeRoom();
          // One that found no room for its log has ended itself.
          await postgres.start().catch(() => undefined);
        },
        async remove() {
          await postgres.remove();
          disk.remove();
          await rm(dataDir, { recursive: true, force: true });
        },
      };
    },
  },
  sqliteFull: {
    name: 'the disk of the SQLite file is full',
    async open() {
      const disk = smallDisk();
      return {
        dataDir: disk.folder,
        takeAway: (pid) => disk.fill(pid),
        giveBack: (pid) => disk.makeRoom(pid),
        remove: async () => disk.remove(),
      };
    },
  },
  sqliteLocked: {
    name: 'another program holds the SQLite file',
    async open() {
      const dataDir = await dataFolder();
      let stranger: DatabaseSync | undefined;
      return {
        dataDir,
        takeAway() {
          stranger = new DatabaseSync(join(dataDir, 'plantain.db'));
          stranger.exec('begin immediate');
        },
        giveBack: () => stranger?.close(),
        async remove() {
          await rm(dataDir, { recursive: true, force: true });
        },
      };
    },
  },
} as const satisfies Readonly<Record<string, AwayCase>>;
