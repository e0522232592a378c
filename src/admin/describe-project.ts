import type { AuditDocument } from '../access/audit-log.ts';
import type { Project } from '../access/project-store.ts';
import { limitsJson, modelLimitsJson, type Now, type Settings, settingsJson } from './describe-allowance.ts';

export const projectStates = ['live', 'archived'] as const;

/** A project with what it may use. */
export interface ProjectFacts {
  readonly project: Project;
  readonly settings: Settings;
}

const time = (atMs: number): string => new Date(atMs).toISOString();

/** What an operator has set of a project, for the audit log. */
export function projectDocument({ project, settings }: ProjectFacts): AuditDocument {
  return {
    name: project.name,
    archived_at: project.archivedAtMs === null ? null : time(project.archivedAtMs),
    limits: limitsJson(settings.own.limits),
    alert_at: settings.own.alertAt ?? null,
    model_limits: modelLimitsJson(settings),
    user_limits: limitsJson(settings.users),
    key_limits: limitsJson(project.keyDefaults),
    markup_basis_points: project.markupBasisPoints,
  };
}

/** A project as the admin API shows it. */
export function describeProject({ project, settings }: ProjectFacts, now: Now) {
  return {
    id: project.id,
    name: project.name,
    state: project.archivedAtMs === null ? 'live' : 'archived',
    created_at: time(project.createdAtMs),
    archived_at: project.archivedAtMs === null ? null : time(project.archivedAtMs),
    ...settingsJson(settings, now),
    user_limits: limitsJson(settings.users),
    key_limits: limitsJson(project.keyDefaults),
    markup_basis_points: project.markupBasisPoints,
  };
}
