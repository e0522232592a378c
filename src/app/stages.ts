import type { ApiKeyStore } from '../access/api-key-store.ts';
import { createAuthenticate } from '../access/authenticate.ts';
import { decodeBase64Pieces } from '../bytes/decode-base64.ts';
import type { Config } from '../config/config-schema.ts';
import type { Gallery } from '../gallery/gallery.ts';
import type { Claims } from '../idempotency/claims.ts';
import type { PlaceAdmission } from '../admission/place-admission.ts';
import type { OrderEvents } from '../journey/order-events.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Stages } from '../journey/stages.ts';
import type { PixelWorks } from '../pixels/pixel-works.ts';
import { drawOrder } from '../routing/draw-order.ts';
import { sleep } from '../kernel/sleep.ts';
import { health } from '../routing/health-constants.ts';
import type { ModelCatalogue } from '../routing/model-catalogue.ts';
import type { UpstreamPool } from '../routing/upstream-pool.ts';

/** Everything the journey's rooms need, already built. */
export interface StageParts {
  readonly config: Config;
  readonly keys: Pick<ApiKeyStore, 'findByHash'>;
  readonly book: { readonly keys: Pick<ApiKeyStore, 'findById'> };
  readonly clock: Clock;
  readonly claims: Claims;
  readonly admission: PlaceAdmission;
  readonly catalogue: ModelCatalogue;
  readonly pool: UpstreamPool;
  readonly pixels: PixelWorks;
  readonly gallery: () => Promise<Gallery>;
  readonly events: OrderEvents;
  readonly highestCost: Stages['highestCost'];
}

/** What the configuration says of retries. */
export function retryPolicyOf({ limits, retryUnanswered }: Config) {
  return {
    maxTries: limits.upstreamTries,
    retryUnanswered: retryUnanswered === 'once',
    backoffMs: health.backoffMs,
    sleep,
  };
}

/** Joins the rooms into the journey's stages. */
export function createStages(parts: StageParts): Stages {
  const { config, catalogue, pool, pixels, admission, events, highestCost } = parts;
  const drawOptions = {
    pool,
    catalogue,
    allowSuccessors: config.allowSuccessors,
    events,
    retryPolicy: retryPolicyOf(config),
  };
  const authenticate = createAuthenticate(
    {
      findByHash: (hash) => parts.keys.findByHash(hash),
      findById: (id) => parts.book.keys.findById(id),
    },
    parts.clock,
  );
  return {
    events,
    highestCost,
    async authenticate(credentials) {
      const caller = await authenticate(credentials);
      return config.strict ? { ...caller, strict: true } : caller;
    },
    claiming: (request, caller) => parts.claims.claiming(request, caller),
    admit: (order, scope) => admission.admit(order, scope, highestCost(order)),
    prepare: (order, scope) => pixels.prepare(order, scope),
    draw: (order, guidance, scope, onDraft) => drawOrder(drawOptions, order, guidance, scope, onDraft),
    finish: (order, guidance, image, scope) => pixels.finish(order, guidance, image, scope),
    async keep(order, image, origin, signal) {
      if (order.output.delivery !== 'url') return { image };
      const gallery = await parts.gallery();
      const stored = await gallery.keep(decodeBase64Pieces(image.base64), image.mimeType, signal);
      return { image, url: await gallery.linkTo(stored, origin) };
    },
  };
}
