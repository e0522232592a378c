import type { KnownNames } from '../usage/usage-report.ts';
import type { Records } from './open-records.ts';

/** What the keys and projects beside a server are called, by their ids. */
export async function knownNames(records: Pick<Records, 'keys' | 'projects'>): Promise<KnownNames> {
  const [{ namesOf }, { readKnownSubjects }] = await Promise.all([
    import('../admin/known-subjects.ts'),
    import('../app/known-subjects.ts'),
  ]);
  return namesOf(await readKnownSubjects(records));
}
