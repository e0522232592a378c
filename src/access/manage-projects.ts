import { type Limits, noLimits } from '../journey/limits.ts';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { checkName } from './check-name.ts';
import type { Project, ProjectStore } from './project-store.ts';

/** Makes a live project. Throws `invalid_value` or, where a live project has the name, `name_taken`. */
export async function createProject(
  store: ProjectStore,
  clock: Clock,
  {
    name,
    limits,
    keyDefaults,
  }: { readonly name: string; readonly limits?: Limits; readonly keyDefaults?: Limits },
): Promise<Project> {
  checkName('project', name);
  const createdAtMs = clock.nowMs();
  const project = {
    id: newId('proj', createdAtMs),
    name,
    createdAtMs,
    archivedAtMs: null,
    keyDefaults: keyDefaults ?? noLimits,
  };
  if (!(await store.insert(project, limits ?? noLimits))) throw nameIsTaken(name);
  return project;
}

/** Changes a live project at once; archiving it refuses all its keys. Throws `not_found`, `state_conflict`, `invalid_value` or `name_taken`. */
export async function editProject(
  store: ProjectStore,
  idOrName: string,
  changes: Partial<Pick<Project, 'name' | 'archivedAtMs' | 'keyDefaults'>>,
): Promise<Project> {
  const live = await liveProject(store, idOrName);
  if (changes.name !== undefined) checkName('project', changes.name);
  if (!(await store.change(live.id, changes))) throw nameIsTaken(changes.name ?? live.name);
  return { ...live, ...changes };
}

/** The live project that is meant. Throws `not_found`, or `state_conflict` when it is archived. */
export async function liveProject(store: ProjectStore, idOrName: string): Promise<Project> {
  const project = await anyProject(store, idOrName);
  if (project.archivedAtMs === null) return project;
  throw new PlantainError('state_conflict', `The project "${project.name}" has been archived.`);
}

/** The project of that id or name, live before archived. Throws `not_found`. */
export async function anyProject(store: Pick<ProjectStore, 'find'>, idOrName: string): Promise<Project> {
  const project = await store.find(idOrName);
  if (project !== undefined) return project;
  throw new PlantainError(
    'not_found',
    `There is no project with the name or id "${idOrName.slice(0, 64)}". \`plantain projects list\` shows them.`,
  );
}

function nameIsTaken(name: string): PlantainError {
  return new PlantainError(
    'name_taken',
    `A live project named "${name}" exists already. Choose another name.`,
    { param: 'name' },
  );
}
