import { hash } from 'node:crypto';
import type { AllowanceOwner } from './allowance-store.ts';

/** Whose an order is, and what it asks for. */
export interface OrderSubjects {
  readonly keyId: string;
  readonly projectId: string;
  readonly model: string;
  readonly endUser: string | null;
}

/** The allowance of one model under a key or a project. */
function modelAllowance(subject: string, model: string): string {
  return `${subject}/model/${model}`;
}

/** The allowance of one end user of a project. The caller chose the name, so its digest stands for it. */
function userAllowance(projectId: string, endUser: string): string {
  return `${projectId}/user/${hash('sha256', endUser, 'base64url').slice(0, 22)}`;
}

/** Its limits are those of every end user of the project. */
export function userTemplate(projectId: string): string {
  return `${projectId}/user/*`;
}

/** The template of an end user's allowance; undefined of any other. */
export function templateOf(id: string): string | undefined {
  const [subject = '', kind] = id.split('/', 2);
  return kind === 'user' ? userTemplate(subject) : undefined;
}

/** Every allowance that an order may have to keep to; most of them do not exist. That of its end user, if it names one, is the last. */
export function candidateAllowances({ keyId, projectId, model, endUser }: OrderSubjects): string[] {
  const ids = [keyId, modelAllowance(keyId, model), projectId, modelAllowance(projectId, model)];
  if (endUser !== null) ids.push(userAllowance(projectId, endUser));
  return ids;
}

/** The id of an owner's allowance. */
export function allowanceId(owner: AllowanceOwner): string {
  if (owner.kind === 'users') return userTemplate(owner.projectId);
  if (owner.kind === 'user') return userAllowance(owner.projectId, owner.endUser);
  return owner.model === undefined ? owner.id : modelAllowance(owner.id, owner.model);
}

/** The key or project that an allowance belongs to. */
export function subjectIdOf(owner: AllowanceOwner): string {
  return 'id' in owner ? owner.id : owner.projectId;
}

/** Whose an allowance is, as far as its id tells: of an end user it has the digest alone. */
export interface AllowanceParts {
  /** The key or project. */
  readonly subjectId: string;
  readonly model?: string;
  readonly userDigest?: string;
  readonly isTemplate?: true;
}

/** What the id of an allowance says. */
export function allowanceParts(id: string): AllowanceParts {
  const [subjectId = '', kind, ...rest] = id.split('/');
  const name = rest.join('/');
  if (kind === 'model') return { subjectId, model: name };
  if (kind !== 'user') return { subjectId };
  return name === '*' ? { subjectId, isTemplate: true } : { subjectId, userDigest: name };
}
