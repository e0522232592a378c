import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Dialect } from '../journey/dialect.ts';
import type { Operation } from '../journey/image-order.ts';
import { makeImages } from '../journey/make-images.ts';
import type { Stages } from '../journey/stages.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { drawingOperation, variationsOperation } from '../openai/openapi/openapi-operations.ts';
import { wantsToActAs } from './admin-caller.ts';
import { credentialsOf } from './credentials-of.ts';
import { IdleWatch } from './idle-watch.ts';
import { type BodyLimits, readBody } from './read-body.ts';
import { defineRoute, type Route } from './routes.ts';
import type { WaitingBodies } from './waiting-bodies.ts';

export interface ImageRoutesOptions {
  readonly stages: Stages;
  readonly dialect: Dialect;
  readonly limits: BodyLimits;
  readonly bodyIdleMs: number;
  /** The longest wait for memory before an upload is read. */
  readonly maxUploadWaitMs: number;
  readonly waiting: WaitingBodies;
}

/** Whatever does not clearly say no asks for a dry run: a misspelt yes must not cost money. */
const imageQuery = z.looseObject({ dry_run: z.unknown().optional() }).transform(({ dry_run: asked }) => ({
  isDryRun:
    asked !== undefined &&
    !(typeof asked === 'string' && /^(?:false|0|no|off)$/i.test(asked.slice(0, 100).trim())),
}));

/** The Images API, with Azure's spelling of its paths (docs/contracts/clients.md#paths-and-keys). */
export function imageRoutes(options: ImageRoutesOptions): Route[] {
  const { stages, dialect, limits, maxUploadWaitMs, waiting } = options;
  const idle = new IdleWatch(options.bodyIdleMs);
  const drawing = (operation: Operation, path: string, isAzure: boolean): Route =>
    defineRoute({
      method: 'POST',
      path,
      auth: 'journey',
      takesActing: true,
      query: imageQuery,
      writeError: dialect.writeError,
      described: {
        path: path.replace(':deployment', '{deployment}'),
        operations: { post: () => drawingOperation(operation, isAzure) },
      },
      handle: (request, scope) => {
        const { signal, memory } = scope;
        const { raw, inviteBody, params, query, operator, ...rest } = request;
        // Heeded only where an admin was let in for it.
        const actingAs = operator && wantsToActAs({ takesActing: true }, raw);
        const reading = { signal, memory, idle, waiting, maxWaitMs: maxUploadWaitMs, onWanted: inviteBody };
        const imageRequest = {
          ...rest,
          operation,
          credentials: {
            ...credentialsOf(raw, request.clientAddress),
            ...(actingAs !== undefined && { actingAs }),
          },
          readBody: () => readBody(raw, operation, limits, reading),
          pathModel: params['deployment'],
          isDryRun: query.isDryRun,
          idempotencyKey: headerOf(raw, 'idempotency-key'),
          retryCount: headerOf(raw, 'x-stainless-retry-count'),
        };
        return makeImages(stages, dialect, imageRequest, scope);
      },
    });
  return [
    drawing('generate', '/v1/images/generations', false),
    drawing('edit', '/v1/images/edits', false),
    drawing('generate', '/openai/deployments/:deployment/images/generations', true),
    drawing('edit', '/openai/deployments/:deployment/images/edits', true),
    {
      method: 'POST',
      path: '/v1/images/variations',
      auth: 'none',
      writeError: dialect.writeError,
      described: { path: '/v1/images/variations', operations: { post: variationsOperation } },
      handle: refuseVariations,
    },
  ];
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function refuseVariations(): Promise<never> {
  const message =
    'The variations endpoint is retired. Send the picture to /v1/images/edits with a prompt that says what to vary.';
  return Promise.reject(new PlantainError('endpoint_retired', message));
}
