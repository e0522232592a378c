import { createProject as makeProject, editProject, liveProject } from '../access/manage-projects.ts';
import type { Project } from '../access/project-store.ts';
import { defaultProjectId, noLimits } from '../journey/limits.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { type Administration, type AdminRecords, audited } from './administration.ts';
import { settingsOf } from './describe-allowance.ts';
import { type ProjectFacts, projectDocument } from './describe-project.ts';
import { applySettings, type LimitChanges, type SettingChanges } from './limit-acts.ts';

/** What a project is changed with. */
export interface ProjectPatch extends SettingChanges {
  readonly name?: string;
  /** What is charged beyond what its orders cost, in hundredths of a percent. */
  readonly markupBasisPoints?: number;
  /** Of each of its end users that has none of its own. */
  readonly userLimits?: LimitChanges;
  /** What its new keys begin with. */
  readonly keyLimits?: LimitChanges;
}

/** Makes a project. */
export function createProject(
  by: Administration,
  wish: ProjectPatch & { readonly name: string },
): Promise<ProjectFacts> {
  return audited(by, async (records) => {
    const project = await makeProject(records.projects, by.clock, {
      name: wish.name,
      limits: { ...noLimits, ...wish.limits },
      keyDefaults: { ...noLimits, ...wish.keyLimits },
      ...(wish.markupBasisPoints !== undefined && { markupBasisPoints: wish.markupBasisPoints }),
    });
    const { alertAt, modelLimits, userLimits } = wish;
    await applyProjectSettings(records, by, project.id, {
      ...(alertAt && { alertAt }),
      ...(modelLimits && { modelLimits }),
      ...(userLimits && { userLimits }),
    });
    const facts = await projectFacts(records, project);
    return {
      result: facts,
      action: 'project.create',
      subject: project.id,
      before: null,
      after: projectDocument(facts),
    };
  });
}

/** Changes a live project, all of it or nothing. */
export function changeProject(
  by: Administration,
  idOrName: string,
  patch: ProjectPatch,
): Promise<ProjectFacts> {
  return changed(by, 'project.change', idOrName, async (records, project) => {
    const { name, keyLimits, markupBasisPoints } = patch;
    const edited = await editProject(records.projects, project.id, {
      ...(name !== undefined && { name }),
      ...(markupBasisPoints !== undefined && { markupBasisPoints }),
      ...(keyLimits !== undefined && {
        keyDefaults: keyLimits === null ? noLimits : { ...project.keyDefaults, ...keyLimits },
      }),
    });
    await applyProjectSettings(records, by, project.id, patch);
    return edited;
  });
}

/** Refuses all keys of a project from now on. Throws `state_conflict` of the one that every installation needs. */
export function archiveProject(by: Administration, idOrName: string): Promise<ProjectFacts> {
  return changed(by, 'project.archive', idOrName, ({ projects }, { id, name }) => {
    if (id === defaultProjectId) throw isNeeded(name);
    return editProject(projects, id, { archivedAtMs: by.clock.nowMs() });
  });
}

function isNeeded(name: string): PlantainError {
  const message = `The project "${name}" is that of keys made without one, and of orders from the command line, so it cannot be archived. Revoke or disable its keys instead.`;
  return new PlantainError('state_conflict', message);
}

/** What a project may use. */
export async function projectFacts(
  { allowances }: Pick<AdminRecords, 'allowances'>,
  project: Project,
): Promise<ProjectFacts> {
  return { project, settings: settingsOf(project.id, await allowances.ofSubjects([project.id])) };
}

async function applyProjectSettings(
  records: AdminRecords,
  by: Administration,
  projectId: string,
  { userLimits, ...changes }: ProjectPatch,
): Promise<void> {
  await applySettings(records, by, { kind: 'project', id: projectId }, changes);
  if (userLimits !== undefined)
    await records.allowances.setLimits({ kind: 'users', projectId }, userLimits ?? noLimits);
}

function changed(
  by: Administration,
  action: string,
  idOrName: string,
  change: (records: AdminRecords, project: Project) => Promise<Project>,
): Promise<ProjectFacts> {
  return audited(by, async (records) => {
    const project = await liveProject(records.projects, idOrName);
    const before = await projectFacts(records, project);
    const after = await projectFacts(records, await change(records, project));
    return {
      result: after,
      action,
      subject: project.id,
      before: projectDocument(before),
      after: projectDocument(after),
    };
  });
}
