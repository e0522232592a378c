import { healthOf } from '../routing/upstream-state.ts';
import { galleryRoutes } from '../server/gallery-routes.ts';
import { healthRoutes } from '../server/health-routes.ts';
import { imageRoutes } from '../server/image-routes.ts';
import { modelRoutes } from '../server/model-routes.ts';
import { withOpenApiRoute } from '../server/openapi-route.ts';
import type { Route } from '../server/routes.ts';
import type { Parts } from './compose.ts';
import { packageManifest } from './package-manifest.ts';

/** Every endpoint of the server: what is served, and what its OpenAPI document says. */
export function createRoutes(parts: Parts, isStopping: () => boolean): Route[] {
  const { config, stages, dialect, catalogue, databaseProbe, pool, keyStates } = parts;
  return withOpenApiRoute(packageManifest.version, [
    ...imageRoutes({
      stages,
      dialect,
      limits: config.limits,
      bodyIdleMs: config.limits.bodyIdleMs,
      maxUploadWaitMs: parts.maxUploadWaitMs,
      maxUnreadBytes: parts.maxUnreadBytes,
    }),
    ...modelRoutes({
      models: catalogue.models,
      aliases: catalogue.aliases,
      resolve: (name) => catalogue.resolve(name),
    }),
    ...galleryRoutes(async (request) => (await parts.gallery()).fetch(request)),
    ...healthRoutes(async () => {
      const trouble = isStopping() ? 'the server is stopping' : await databaseProbe.trouble();
      return {
        problems: trouble === undefined ? [] : [trouble],
        upstreams: pool.states().map((state) => ({
          name: state.name,
          health: healthOf(state, parts.clock.nowMs()),
          key: keyStates.of(state.name),
        })),
      };
    }),
  ]);
}
