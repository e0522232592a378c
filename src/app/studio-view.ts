import type { StudioView } from '../admin/studio-routes.ts';
import { isLive } from '../access/authenticate.ts';
import type { Parts } from './compose.ts';

/** More than fit into a menu; the pages for keys have them all. */
const mostKeys = 500;

/** Which keys can order pictures now, and how large pictures may be. */
export async function studioView({ book, setup, clock }: Parts): Promise<StudioView> {
  const known = new Map((await book.projects.list()).map((project) => [project.id, project]));
  const { maxReferenceBytes, maxEditBodyBytes } = setup.config.limits;
  const usable = (await book.keys.list()).filter((key) =>
    isLive(
      { key, validUntilMs: null, archivedAtMs: known.get(key.projectId)?.archivedAtMs ?? null },
      clock.nowMs(),
    ),
  );
  return {
    keys: usable
      .map(({ id, name, projectId }) => ({ id, name, project: known.get(projectId)?.name ?? projectId }))
      .toSorted((one, other) => one.name.localeCompare(other.name))
      .slice(0, mostKeys),
    max_reference_bytes: maxReferenceBytes,
    max_body_bytes: maxEditBodyBytes,
  };
}
