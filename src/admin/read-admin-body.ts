import type { OrderScope } from '../journey/order-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { IdleWatch } from '../server/idle-watch.ts';
import { noPaths, readingOf } from '../server/native-reading.ts';
import { readJsonDocument } from '../server/read-body.ts';
import type { RouteRequest } from '../server/routes.ts';
import type { WaitingBodies } from '../server/waiting-bodies.ts';

/** Reads what was sent: a JSON document; where nothing was, an empty one. */
export type ReadAdminBody = (request: RouteRequest, scope: OrderScope) => Promise<unknown>;

const maxBytes = 256 * 1024;

/** Reads bodies within the server's own bounds of time and memory. Rejects with 400, 408, 413, 415 or 429. */
export function adminBodies(options: {
  readonly bodyIdleMs: number;
  readonly waiting: WaitingBodies;
  readonly maxUploadWaitMs: number;
}): ReadAdminBody {
  const reading = {
    idle: new IdleWatch(options.bodyIdleMs),
    waiting: options.waiting,
    maxWaitMs: options.maxUploadWaitMs,
  };
  return async (request, scope) => {
    const { headers } = request.raw;
    const isEmpty =
      headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
    if (isEmpty) return {};
    // No form of a web page can send it.
    const type = headers['content-type'] ?? '';
    if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type))
      throw new PlantainError(
        'unsupported_media_type',
        `Content-Type must be application/json${type === '' ? '' : `, not '${type.slice(0, 80)}'`}.`,
      );
    return readJsonDocument(request.raw, noPaths, maxBytes, readingOf(reading, request, scope));
  };
}
