import path from 'node:path';
import { adjustmentRoutes } from '../admin/adjustment-routes.ts';
import { auditRoutes } from '../admin/audit-routes.ts';
import { configRoutes, modelsWithPrices, type SettingView } from '../admin/catalogue-routes.ts';
import { exportRoutes } from '../admin/export-routes.ts';
import { keyRoutes } from '../admin/key-routes.ts';
import { limitRoutes } from '../admin/limit-routes.ts';
import { orderRoutes } from '../admin/order-routes.ts';
import { orderStreamRoutes } from '../admin/order-stream.ts';
import { projectRoutes } from '../admin/project-routes.ts';
import { adminBodies } from '../admin/read-admin-body.ts';
import { reloadRoutes, type ReloadOutcome } from '../admin/reload-routes.ts';
import { sessionRoutes } from '../admin/session-routes.ts';
import { studioRoutes } from '../admin/studio-routes.ts';
import { upstreamRoutes } from '../admin/upstream-routes.ts';
import type { Actor } from '../access/audit-log.ts';
import { usageRoutes } from '../admin/usage-routes.ts';
import { withAdminDocument } from '../admin/admin-routes.ts';
import type { Config } from '../config/config-schema.ts';
import { servesConsole } from '../config/console-section.ts';
import { healthOf } from '../routing/upstream-state.ts';
import { ConsoleFiles } from '../server/console-files.ts';
import { consoleRoutes } from '../server/console-routes.ts';
import { galleryRoutes } from '../server/gallery-routes.ts';
import { healthRoutes } from '../server/health-routes.ts';
import { imageRoutes } from '../server/image-routes.ts';
import { metricsRoutes } from '../server/metrics-route.ts';
import { modelRoutes } from '../server/model-routes.ts';
import { nativeRoutes, withNativeModels } from '../server/native-routes.ts';
import { withOpenApiRoute } from '../server/openapi-route.ts';
import type { Route } from '../server/routes.ts';
import type { Parts } from './compose.ts';
import { readKnownSubjects } from './known-subjects.ts';
import { modelViews } from './model-views.ts';
import type { Operators } from './operators.ts';
import { builtFolder, packageManifest } from './package-manifest.ts';
import { studioView } from './studio-view.ts';
import { upstreamDesk } from './upstream-desk.ts';

/** Built by `npm run build:web`, and part of the package. */
const consoleFiles = new ConsoleFiles(path.join(builtFolder, 'web'));

export interface ServerActs {
  readonly stopping: AbortSignal;
  readonly operators: Operators;
  /** Every setting of a configuration, with where it came from. */
  readonly explain: (config: Config) => readonly SettingView[];
  readonly reload: (actor: Actor) => Promise<ReloadOutcome>;
}

/** Every endpoint of the server, as the configuration in force has it: what is served, and what its documents say. */
export function createRoutes(parts: Parts, { stopping, reload, operators, explain }: ServerActs): Route[] {
  const { databaseProbe, pool, keyStates, ledger } = parts;
  const { config, stages, dialect, catalogue, gallery } = parts.setup;
  const native = {
    parts: parts.setup.native,
    stages,
    images: dialect,
    limits: config.limits,
    bodyIdleMs: config.limits.bodyIdleMs,
    maxUploadWaitMs: parts.maxUploadWaitMs,
    waiting: parts.waitingBodies,
    models: catalogue.models,
    aliases: config.aliases,
    defaultModel: config.defaultModel,
  };
  const known = () => readKnownSubjects(parts.book);
  const reporting = { reports: parts.reports, known, timeZone: config.budgets.timeZone };
  const desk = {
    book: parts.book,
    clock: parts.clock,
    modelId: (name: string) => catalogue.resolve(name).model.id,
    readBody: adminBodies({
      bodyIdleMs: config.limits.bodyIdleMs,
      waiting: parts.waitingBodies,
      maxUploadWaitMs: parts.maxUploadWaitMs,
    }),
  };
  return [
    ...withOpenApiRoute(packageManifest.version, [
      ...imageRoutes({
        stages,
        dialect,
        limits: config.limits,
        bodyIdleMs: config.limits.bodyIdleMs,
        maxUploadWaitMs: parts.maxUploadWaitMs,
        waiting: parts.waitingBodies,
      }),
      ...withNativeModels(
        modelRoutes({
          models: catalogue.models,
          aliases: catalogue.aliases,
          resolve: (name) => catalogue.resolve(name),
        }),
        native,
      ),
      ...nativeRoutes(native),
      ...(parts.metrics && config.metrics.token !== undefined
        ? metricsRoutes(parts.metrics.meter, config.metrics.token)
        : []),
      ...galleryRoutes(async (request) => (await gallery()).fetch(request)),
      ...healthRoutes(async () => {
        const trouble = stopping.aborted ? 'the server is stopping' : await databaseProbe.trouble();
        return {
          problems: trouble === undefined ? [] : [trouble],
          upstreams: pool.states().map((state) => ({
            name: state.name,
            health: healthOf(state, parts.clock.nowMs()),
            key: keyStates.of(state.name),
            cells: state.cells.map((cell) => ({ model: cell.model, state: cell.state })),
          })),
        };
      }),
    ]),
    ...withAdminDocument(packageManifest.version, [
      ...keyRoutes(desk),
      ...projectRoutes(desk),
      ...limitRoutes(desk),
      ...adjustmentRoutes(desk),
      ...orderRoutes({ ledger, known, desk, reports: reporting.reports }),
      ...orderStreamRoutes(parts.orderStream, stopping),
      ...usageRoutes(reporting),
      ...exportRoutes(reporting),
      ...upstreamRoutes(upstreamDesk(parts), desk),
      ...modelsWithPrices(() => modelViews(catalogue, parts.clock.nowMs())),
      ...studioRoutes(() => studioView(parts)),
      ...configRoutes(() => explain(config)),
      ...auditRoutes(parts.book.audit, known),
      ...reloadRoutes(reload),
      ...sessionRoutes(operators.desk, desk.readBody),
    ]),
    ...consoleRoutes({
      files: consoleFiles,
      isServed: () => servesConsole(parts.setup.config),
      providerName: () => {
        const { issuer, name } = parts.setup.config.oidc;
        return issuer && name;
      },
      isOpenToOthers: () => parts.setup.config.admin.secret !== undefined,
    }),
  ];
}
