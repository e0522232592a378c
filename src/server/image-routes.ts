import type { Operation } from '../journey/image-order.ts';
import type { ImageRequest } from '../journey/image-request.ts';
import { makeImages, type Stages } from '../journey/make-images.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { credentialsOf } from './credentials-of.ts';
import { IdleWatch } from './idle-watch.ts';
import { type BodyLimits, readBody } from './read-body.ts';
import type { Route, RouteRequest } from './routes.ts';

export interface ImageRoutesOptions {
  readonly stages: Stages;
  readonly limits: BodyLimits;
  readonly bodyIdleMs: number;
  /** The longest wait for memory before an upload is read. */
  readonly maxUploadWaitMs: number;
}

/** The Images API, with Azure's spelling of its paths (docs/contracts/clients.md#paths-and-keys). */
export function imageRoutes({ stages, limits, bodyIdleMs, maxUploadWaitMs }: ImageRoutesOptions): Route[] {
  const idle = new IdleWatch(bodyIdleMs);
  const operations: readonly (readonly [Operation, string])[] = [
    ['generate', 'generations'],
    ['edit', 'edits'],
  ];
  const routes = operations.flatMap(([operation, name]): Route[] =>
    [`/v1/images/${name}`, `/openai/deployments/:deployment/images/${name}`].map((path) => ({
      method: 'POST',
      path,
      handle: (request, scope) => {
        const { signal, memory } = scope;
        const reading = { signal, memory, idle, maxWaitMs: maxUploadWaitMs };
        const readRequestBody = () => readBody(request.raw, operation, limits, reading);
        return makeImages(stages, imageRequest(operation, request, readRequestBody), scope);
      },
    })),
  );
  return [...routes, { method: 'POST', path: '/v1/images/variations', handle: refuseVariations }];
}

function imageRequest(
  operation: Operation,
  request: RouteRequest,
  readRequestBody: ImageRequest['readBody'],
): ImageRequest {
  const { raw, query, params } = request;
  return {
    id: request.id,
    operation,
    credentials: credentialsOf(raw),
    readBody: readRequestBody,
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
