import type { Config } from '../config/config-schema.ts';
import type { Dialect } from '../journey/dialect.ts';
import type { ReferenceFetcher } from '../journey/reference-fetcher.ts';
import type { Clock } from '../kernel/clock.ts';
import { imagesDialect } from '../openai/images/images-dialect.ts';
import { checkOutput } from '../pixels/check-output.ts';
import { inspectPicture } from '../pixels/headers/inspect-picture.ts';
import { nameType } from '../pixels/headers/name-type.ts';
import { uprightSize } from '../pixels/headers/picture-facts.ts';
import { checkMask } from '../pixels/mask/mask-rules.ts';
import type { ModelCatalogue } from '../routing/model-catalogue.ts';

/** OpenAI's Images API as this server speaks it. */
export async function createImagesDialect(
  config: Config,
  catalogue: ModelCatalogue,
  clock: Clock,
): Promise<Dialect> {
  const fetcher = config.remoteReferences ? await createFetcher(config) : undefined;
  return imagesDialect(
    {
      resolveModel: (name) => catalogue.resolve(name),
      inspectReference: (base64) => {
        const facts = inspectPicture(base64);
        return facts && { mimeType: facts.mimeType, size: uprightSize(facts), hasAlpha: facts.hasAlpha };
      },
      nameType,
      checkMask,
      checkOutput: (expected) => checkOutput(expected, config.images.maxPixels),
      pinnedSafetySettings: config.gemini.safetySettings,
      openAiNames: config.openaiNames,
      fetchRemote: fetcher && ((url, scope, param) => fetcher.fetch(url, scope, param)),
      maxReferenceBytes: config.limits.maxReferenceBytes,
      maxDecodedPixels: config.images.maxPixels,
      maxLinkedBytes: config.limits.maxEditBodyBytes,
    },
    () => clock.nowMs(),
  );
}

/** For one remote reference, redirects included. */
const remoteFetchTimeoutMs = 30_000;

async function createFetcher(config: Config): Promise<ReferenceFetcher> {
  const { GuardedReferenceFetcher } = await import('../remote/guarded-reference-fetcher.ts');
  return new GuardedReferenceFetcher({
    maxBytes: config.limits.maxReferenceBytes,
    totalTimeoutMs: remoteFetchTimeoutMs,
  });
}
