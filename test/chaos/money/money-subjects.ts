import { sql } from 'kysely';
import { createApiKey } from '../../../src/access/manage-keys.ts';
import { createProject } from '../../../src/access/manage-projects.ts';
import { noLimits } from '../../../src/journey/limits.ts';
import type { OpenDatabase } from '../../../src/store/sql/open-database.ts';
import { SqlAllowanceStore } from '../../../src/store/sql/sql-allowance-store.ts';
import { SqlApiKeyStore } from '../../../src/store/sql/sql-api-key-store.ts';
import { SqlProjectStore } from '../../../src/store/sql/sql-project-store.ts';

const clock = { nowMs: () => Date.now() };
/** About what a picture costs; how many the key of the narrow budget has room for in a second of the run. */
const pictureMicroUsd = 39_000;
const narrowOrdersASecond = 15;
const maxOpen = 20;

/**
 * A project with three keys that meet limits of every kind: one whose budget is used up about half-way, one that has few
 * orders at once, one with a limit for its model. The database itself refuses a counter that passes its limit, which
 * could not be done in earnest, where limits may be lowered.
 */
export async function moneySubjects({ db, dialect }: OpenDatabase, seconds: number): Promise<string[]> {
  const project = await createProject(new SqlProjectStore(db), clock, {
    name: 'chaos',
    limits: { ...noLimits, totalMicroUsd: 1_000_000_000_000 },
  });
  const key = async (name: string, limits: Partial<typeof noLimits>) =>
    createApiKey(new SqlApiKeyStore(db), clock, {
      name,
      projectId: project.id,
      limits: { ...noLimits, ...limits },
    });
  const keys = [
    await key('narrow', { monthMicroUsd: Math.floor(seconds * narrowOrdersASecond * pictureMicroUsd) }),
    await key('few at once', { maxOpen }),
    await key('by model', {}),
  ];
  const allowances = new SqlAllowanceStore(db, clock, dialect);
  const model = 'gemini-2.5-flash-image';
  await allowances.setLimits(
    { kind: 'key', id: keys[2]?.record.id ?? '', model },
    { imagesPerDay: 1_000_000, dayMicroUsd: 1_000_000_000_000 },
  );
  await sql`alter table allowances add constraint never_over check (
    total_used_micro_usd <= total_micro_usd and month_used_micro_usd <= month_micro_usd
    and day_used_micro_usd <= day_micro_usd and open_orders <= max_open and open_orders >= 0
    and day_images <= images_per_day)`.execute(db);
  return keys.map((created) => created.key);
}
