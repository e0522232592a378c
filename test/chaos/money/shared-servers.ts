import { setTimeout as sleep } from 'node:timers/promises';
import { type ServeChild, serveChild } from '../../support/serve-child.ts';

export interface SharedServersOptions {
  readonly databaseUrl: string;
  readonly upstreamUrl: string;
}

interface Place {
  server: ServeChild | undefined;
  isPaused: boolean;
}

/** Lines of a server's log that tell of an error of its own, or of a rule of the database that was broken. */
const faultPattern = /"msg":"fault"|never_over|row is lost/;

/** Without a sign of life for so long a server is taken for dead; one that comes back after that is spared for a while. */
const deadAfterMs = 30_000;
const spareMs = 8000;

/** What a server says that could not start. */
const databaseAway = 'plantain: The database of the server cannot be reached';

/**
 * Several `plantain serve` on one database, each of which may be killed, and is then replaced by a new one, or paused.
 */
export class SharedServers {
  readonly #options: SharedServersOptions;
  readonly #places: readonly Place[];
  readonly #work = new Set<Promise<void>>();
  readonly #outputs: string[] = [];
  /** How each ended that was not killed by us. */
  readonly strangeEnds: string[] = [];
  /** Starts that the database left in the middle, and that were made again, as a supervisor does. */
  failedStarts = 0;
  #isClosing = false;

  constructor(count: number, options: SharedServersOptions) {
    this.#options = options;
    this.#places = Array.from({ length: count }, () => ({ server: undefined, isPaused: false }));
  }

  async start(): Promise<void> {
    await Promise.all(this.#places.map((place) => this.#enter(place)));
  }

  /** The address of one of them, or of another that runs, as a load balancer finds one; nothing while none does. */
  urlOf(index: number): string | undefined {
    const running = this.#places.filter(({ server, isPaused }) => server !== undefined && !isPaused);
    return (this.#places[index]?.server ?? running[index % running.length]?.server)?.url;
  }

  /** `kill -9` of one that runs; waits for one. A new one takes its place, with a data folder of its own. */
  async kill(pick: number): Promise<void> {
    const place = await this.#running(pick);
    const { server } = place;
    if (server === undefined) return;
    place.server = undefined;
    this.#outputs.push(server.output());
    await server.close();
    const entering = this.#enter(place)
      .catch((error: unknown) => void this.strangeEnds.push(String(error)))
      .finally(() => this.#work.delete(entering));
    this.#work.add(entering);
  }

  async pause(pick: number, forMs: number): Promise<void> {
    const place = await this.#running(pick);
    place.isPaused = true;
    place.server?.child.kill('SIGSTOP');
    await sleep(forMs);
    place.server?.child.kill('SIGCONT');
    // It may tell what it knows before it is the next victim.
    if (forMs > deadAfterMs) await sleep(spareMs);
    place.isPaused = false;
  }

  /** Resolves when each place has a server again. */
  async whole(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  faults(): string[] {
    const outputs = [...this.#outputs, ...this.#places.map(({ server }) => server?.output() ?? '')];
    return outputs.flatMap((output) => output.split('\n').filter((line) => faultPattern.test(line)));
  }

  /** As an operator stops them: what is settled is in the book, and each has told that it ended. */
  async stop(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(
      this.#places.map(async ({ server }) => {
        server?.child.kill('SIGTERM');
        await server?.exited;
      }),
    );
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.allSettled(this.#work);
    await Promise.all(this.#places.map(async ({ server }) => server?.close()));
  }

  async #running(pick: number): Promise<Place> {
    for (;;) {
      const running = this.#places.filter(({ server, isPaused }) => server !== undefined && !isPaused);
      const place = running[pick % running.length];
      if (place !== undefined) return place;
      await sleep(20);
    }
  }

  async #enter(place: Place): Promise<void> {
    const server = await this.#started();
    place.server = server;
    void server.exited.then((how) => {
      if (place.server === server && !this.#isClosing)
        this.strangeEnds.push(`a server ended with ${how}: ${server.output().slice(-500)}`);
    });
  }

  async #started(): Promise<ServeChild> {
    const { databaseUrl, upstreamUrl } = this.#options;
    for (;;) {
      try {
        return await serveChild({
          upstreamUrl,
          env: { DATABASE_URL: databaseUrl, PLANTAIN_LOG_FORMAT: 'json', PLANTAIN_LOG_LEVEL: 'warn' },
        });
      } catch (error) {
        if (!String(error).includes(databaseAway)) throw error;
        this.failedStarts++;
      }
    }
  }
}
