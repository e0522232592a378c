import type { Config } from '../config/config-schema.ts';
import { Gallery } from '../gallery/gallery.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import { memoizePromise } from '../kernel/memoize-promise.ts';
import { timedDialect, timedStages } from '../observe/timed-stages.ts';
import { loadCatalogue } from '../routing/model-catalogue.ts';
import { standInsFor } from '../routing/stand-ins.ts';
import { withMarkup } from '../usage/markup.ts';
import { highestPrice } from '../usage/price.ts';
import { both } from './both.ts';
import { createImagesDialect } from './dialects.ts';
import type { LastingParts } from './lasting-parts.ts';
import { createNative } from './native.ts';
import { createStages } from './stages.ts';

/** What follows from a configuration and is made anew with it. A request goes through the one it began with. */
export type Setup = Awaited<ReturnType<typeof createSetup>>;

/** Joins the parts that outlive a configuration by what one says. */
export async function createSetup(parts: LastingParts, config: Config) {
  const { clock, blobs, links, metrics, tracing } = parts;
  const catalogue = loadCatalogue(config);
  const gallery = memoizePromise(
    async () =>
      new Gallery({
        blobs,
        links: await links(),
        clock,
        linkLifetimeMs: config.links.ttlMinutes * 60_000,
        isPresigned: config.links.presigned,
      }),
  );
  /** The most an order can be charged; a model that may stand in for the one asked for can be the dearer one. */
  const highestCost = (order: ImageOrder): number => {
    const standIns = standInsFor(order, catalogue, config.allowSuccessors).map(({ model }) => model);
    const highest = highestPrice(order, [order.model, ...standIns], config.limits.upstreamTries);
    return withMarkup(highest, order.caller.markupBasisPoints ?? 0);
  };
  const plainStages = createStages({ ...parts, config, catalogue, gallery, highestCost });
  const onStage = both(metrics?.onStage, tracing?.onStage);
  const stages = onStage === undefined ? plainStages : timedStages(plainStages, onStage);
  const dialect = await createImagesDialect(config, catalogue, clock);
  return {
    config,
    catalogue,
    gallery,
    stages,
    native: createNative(config, { ...parts, stages, catalogue, lasting: parts.native }),
    dialect: onStage === undefined ? dialect : timedDialect(dialect, onStage),
  };
}
