import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCodeOf } from '../../kernel/error-code.ts';
import { randomBase62 } from '../../kernel/ids.ts';
import { type HealthStore, type KeptHealth, nothingKept } from '../../routing/kept-health.ts';

const name = z.string().max(200);
const time = z.number();
const document = z.object({
  upstreams: z.array(
    z.object({
      name,
      identity: name,
      state: z.enum(['ok', 'bad_credential', 'out_of_credit', 'needs_operator', 'disabled']),
      reason: name,
      probeAtMs: time.exactOptional(),
      step: time,
    }),
  ),
  cells: z.array(
    z.object({ name, identity: name, model: name, reason: name, untilMs: time, absences: time }),
  ),
  quotas: z.array(
    z.object({
      group: name,
      model: name.exactOptional(),
      reason: z.enum(['minute', 'day', 'spending', '']),
      untilMs: time,
    }),
  ),
});

/** What is known of the upstreams' health, as JSON in `<dataDirectory>/upstream-health.json`. Deleting it forgets it. */
export class HealthFile implements HealthStore {
  readonly #directory: string;
  readonly #path: string;

  constructor(dataDirectory: string) {
    this.#directory = dataDirectory;
    this.#path = join(dataDirectory, 'upstream-health.json');
  }

  async load(): Promise<KeptHealth> {
    try {
      return document.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch (thrown) {
      if (errorCodeOf(thrown) === 'ENOENT') return nothingKept;
      throw thrown;
    }
  }

  /** Whole or not at all, also when the process dies meanwhile. */
  async save(kept: KeptHealth): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const temporaryPath = `${this.#path}.${randomBase62(12)}.tmp`;
    try {
      const handle = await open(temporaryPath, 'wx', 0o600);
      try {
        await handle.writeFile(JSON.stringify(kept));
      } finally {
        await handle.close();
      }
      await rename(temporaryPath, this.#path);
    } finally {
      await rm(temporaryPath, { force: true });
    }
  }
}
