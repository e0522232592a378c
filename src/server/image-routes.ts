import type { Operation } from '../journey/image-order.ts';
import type { ImageRequest } from '../journey/image-request.ts';
import { makeImages, type Stages } from '../journey/make-images.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { credentialsOf } from './credentials-of.ts';
import { type BodyLimits, readBody } from './read-body.ts';
import type { Route, RouteRequest } from './routes.ts';

/** Makes the counter of one order's upload; it throws when the process holds too much. `limits/` implements it. */
export type CountUpload = (scope: OrderScope) => (bytes: number) => void;

/** The Images API, with Azure's spelling of its paths (docs/contracts/clients.md#paths-and-keys). */
export function imageRoutes(stages: Stages, limits: BodyLimits, countUpload: CountUpload): Route[] {
  const operations: readonly (readonly [Operation, string])[] = [
    ['generate', 'generations'],
    ['edit', 'edits'],
  ];
  const routes = operations.flatMap(([operation, name]): Route[] =>
    [`/v1/images/${name}`, `/openai/deployments/:deployment/images/${name}`].map((path) => ({
      method: 'POST',
      path,
      handle: (request, scope) =>
        makeImages(stages, imageRequest(operation, request, limits, countUpload(scope), scope), scope),
    })),
  );
  return [...routes, { method: 'POST', path: '/v1/images/variations', handle: refuseVariations }];
}

function imageRequest(
  operation: Operation,
  request: RouteRequest,
  limits: BodyLimits,
  onUploadBytes: (count: number) => void,
  scope: OrderScope,
): ImageRequest {
  const { raw, query, params } = request;
  return {
    id: request.id,
    operation,
    credentials: credentialsOf(raw),
    readBody: () => readBody(raw, operation, limits, scope.signal, onUploadBytes),
    pathModel: params['deployment'],
    origin: request.origin,
    isDryRun: asksForDryRun(query['dry_run']),
    acceptedAtMs: request.acceptedAtMs,
  };
}

/** Whatever does not clearly say no: a misspelt yes must not cost money. */
function asksForDryRun(value: unknown): boolean {
  return value !== undefined && !(typeof value === 'string' && /^(?:false|0|no|off)$/i.test(value.trim()));
}

/** Retired at OpenAI too (docs/contracts/openai-images.md#edit-fields). */
function refuseVariations(): Promise<never> {
  const message =
    'The variations endpoint is retired. Send the picture to /v1/images/edits with a prompt that says what to vary.';
  return Promise.reject(new PlantainError('endpoint_retired', message));
}
