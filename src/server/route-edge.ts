import type { FastifyRequest } from 'fastify';
import { writeError } from '../openai/shared/write-error.ts';
import type { Route } from './routes.ts';

/** Who comes to a path, and how errors are told there. */
export type Edge = Pick<Route, 'writeError' | 'auth'>;

/** Of paths that are nobody's. */
export const anybody: Edge = { writeError, auth: 'none' };

/** That of the first of the routes: those of one path belong to one kind of client. A request may ask for errors in another frame. */
export function edgeOf([first]: readonly Route[], { raw }: FastifyRequest): Edge {
  return first === undefined
    ? anybody
    : { auth: first.auth, writeError: first.frameFor?.(raw) ?? first.writeError };
}

/** Of a path that cannot be taken apart: that of the routes which begin like it. */
export function edgeNear(routes: readonly Route[], request: FastifyRequest): Edge {
  const near = routes.filter((route) => request.url.startsWith(beginningOf(route)));
  return edgeOf(
    near.toSorted((one, other) => beginningOf(other).length - beginningOf(one).length),
    request,
  );
}

const beginningOf = ({ path }: Route): string => path.split(/[:*]/, 1)[0] ?? '';
