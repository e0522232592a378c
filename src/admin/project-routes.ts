import { z } from 'zod';
import { anyProject } from '../access/manage-projects.ts';
import type { Route } from '../server/routes.ts';
import { type AdminDesk, deskOf, nowAt } from './admin-desk.ts';
import { adminOperation, pathParameter } from './admin-operation.ts';
import { adminRoute } from './admin-routes.ts';
import { settingsOf } from './describe-allowance.ts';
import { describeProject, type ProjectFacts, projectStates } from './describe-project.ts';
import { projectPatchOf } from './key-fields.ts';
import { newProjectFields, projectChangeFields } from './key-schemas.ts';
import { idWith, word } from './field-kinds.ts';
import { limitParameter, pageLimit, pageOf, textParameter } from './page-fields.ts';
import { archiveProject, changeProject, createProject, projectFacts } from './project-acts.ts';
import { readFields } from './read-fields.ts';

const projectsQuery = z.strictObject({
  name: word.optional(),
  state: z.enum(projectStates, `${projectStates.join(' or ')} is expected`).optional(),
  before: idWith('proj').optional(),
  limit: pageLimit,
});
const parameters = [
  textParameter('name', 'Projects of this name.'),
  textParameter('state', `Those that are ${projectStates.join(' or ')}; without it both.`),
  textParameter('before', 'Projects older than this one: the `next` of the page before.'),
  limitParameter,
];
const projectParameter = pathParameter('project', 'Its id or name.');
const stateErrors = ['not_found', 'state_conflict'] as const;

/** `/admin/v1/projects` and what is below it. */
export function projectRoutes(desk: AdminDesk): Route[] {
  const told = async (facts: ProjectFacts) => describeProject(facts, await nowAt(desk));
  return [
    adminRoute({
      method: 'GET',
      path: '/projects',
      query: projectsQuery,
      operation: adminOperation({
        operationId: 'listProjects',
        summary: 'Projects, `default` and then the youngest first, with what they may use and have used',
        tag: 'Projects',
        parameters,
        answer: ['A page of them.', 'ProjectPage'],
        errors: ['invalid_value', 'unknown_parameter'],
      }),
      handle: async ({ query: { name, state, before, limit } }) => {
        const { projects, allowances } = desk.book;
        const found = await projects.page({
          ...(name !== undefined && { name }),
          ...(state !== undefined && { isArchived: state === 'archived' }),
          ...(before !== undefined && { beforeId: before }),
          limit: limit + 1,
        });
        const { rows, next } = pageOf(found, limit);
        const known = await allowances.ofSubjects(rows.map(({ id }) => id));
        const now = await nowAt(desk);
        const data = rows.map((project) =>
          describeProject({ project, settings: settingsOf(project.id, known) }, now),
        );
        return { data, next };
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/projects',
      status: 201,
      operation: adminOperation({
        operationId: 'createProject',
        summary: 'Make a project',
        tag: 'Projects',
        body: 'NewProject',
        status: 201,
        answer: ['The project.', 'Project'],
        errors: ['name_taken'],
      }),
      handle: async (request, scope) => {
        const fields = readFields(newProjectFields, await desk.readBody(request, scope));
        const wish = { ...projectPatchOf(fields), name: fields.name };
        return told(await createProject(deskOf(desk, request), wish));
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/projects/:project',
      operation: adminOperation({
        operationId: 'getProject',
        summary: 'One project, with what it may use and has used',
        tag: 'Projects',
        parameters: [projectParameter],
        answer: ['The project.', 'Project'],
        errors: ['not_found'],
      }),
      handle: async ({ params }) => {
        const project = await anyProject(desk.book.projects, params['project'] ?? '');
        return told(await projectFacts(desk.book, project));
      },
    }),
    adminRoute({
      method: 'PATCH',
      path: '/projects/:project',
      operation: adminOperation({
        operationId: 'changeProject',
        summary: 'Change a project, all of it or nothing, from the next order on',
        tag: 'Projects',
        parameters: [projectParameter],
        body: 'ProjectChanges',
        answer: ['The project as it is now.', 'Project'],
        errors: ['name_taken', ...stateErrors],
      }),
      handle: async (request, scope) => {
        const patch = projectPatchOf(readFields(projectChangeFields, await desk.readBody(request, scope)));
        return told(await changeProject(deskOf(desk, request), request.params['project'] ?? '', patch));
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/projects/:project/archive',
      operation: adminOperation({
        operationId: 'archiveProject',
        summary:
          'Refuse all keys of a project from now on and for good; its orders and what it has used stay',
        tag: 'Projects',
        parameters: [projectParameter],
        answer: ['The project as it is now.', 'Project'],
        errors: stateErrors,
      }),
      handle: async (request) =>
        told(await archiveProject(deskOf(desk, request), request.params['project'] ?? '')),
    }),
  ];
}
