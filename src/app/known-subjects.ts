import type { ApiKeyStore } from '../access/api-key-store.ts';
import type { ProjectStore } from '../access/project-store.ts';
import type { KnownSubjects } from '../admin/known-subjects.ts';
import { localCaller } from './local-order.ts';

/** Whoever orders may be of: every key and project, and the command line, which needs no key. */
export async function readKnownSubjects({
  keys,
  projects,
}: {
  readonly keys: Pick<ApiKeyStore, 'names'>;
  readonly projects: Pick<ProjectStore, 'names'>;
}): Promise<KnownSubjects> {
  const named = await keys.names();
  return {
    keys: [...named, { id: localCaller.keyId, name: localCaller.keyName }],
    projects: await projects.names(),
  };
}
