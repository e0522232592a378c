import { type Limits, noLimits } from '../journey/limits.ts';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { checkName } from './check-name.ts';
import type { Project, ProjectStore } from './project-store.ts';

/** Makes a live project. Throws Error with a plain sentence for a bad name or one that a live project has. */
export async function createProject(
  store: ProjectStore,
  clock: Clock,
  {
    name,
    limits,
    keyDefaults,
    markupBasisPoints = 0,
  }: {
    readonly name: string;
    readonly limits?: Limits;
    readonly keyDefaults?: Limits;
    readonly markupBasisPoints?: number;
  },
): Promise<Project> {
  checkName('project', name);
  const createdAtMs = clock.nowMs();
  const project = {
    id: newId('proj', createdAtMs),
    name,
    createdAtMs,
    archivedAtMs: null,
    keyDefaults: keyDefaults ?? noLimits,
    markupBasisPoints,
  };
  if (!(await store.insert(project, limits ?? noLimits))) throw nameIsTaken(name);
  return project;
}

/** Changes a live project at once; archiving it refuses all its keys. Throws Error with a plain sentence. */
export async function editProject(
  store: ProjectStore,
  idOrName: string,
  changes: Partial<Pick<Project, 'name' | 'archivedAtMs' | 'keyDefaults' | 'markupBasisPoints'>>,
): Promise<Project> {
  const live = await liveProject(store, idOrName);
  if (changes.name !== undefined) checkName('project', changes.name);
  if (!(await store.change(live.id, changes))) throw nameIsTaken(changes.name ?? live.name);
  return { ...live, ...changes };
}

/** The live project that is meant. Throws Error with a plain sentence when there is none. */
export async function liveProject(store: ProjectStore, idOrName: string): Promise<Project> {
  const project = await store.find(idOrName);
  if (project?.archivedAtMs === null) return project;
  const shown = idOrName.slice(0, 64);
  throw new Error(
    project === undefined
      ? `There is no project with the name or id "${shown}". \`plantain projects list\` shows them.`
      : `The project "${shown}" has been archived.`,
  );
}

function nameIsTaken(name: string): Error {
  return new Error(`A live project named "${name}" exists already. Choose another name.`);
}
