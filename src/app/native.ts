import type { PlaceAdmission } from '../admission/place-admission.ts';
import { encodeBase64 } from '../bytes/encode-base64.ts';
import type { Config } from '../config/config-schema.ts';
import type { Stages } from '../journey/stages.ts';
import type { Clock } from '../kernel/clock.ts';
import { Affinity } from '../native/affinity.ts';
import type { FileShelf } from '../native/files/file-shelf.ts';
import { KeptFiles } from '../native/files/kept-files.ts';
import type { NativeParts, PassPool } from '../native/native-parts.ts';
import { inspectPicture } from '../pixels/headers/inspect-picture.ts';
import type { ModelCatalogue } from '../routing/model-catalogue.ts';
import { nextStep } from '../routing/retry-rules.ts';
import { reasonOfStore } from './blob-stores.ts';
import { retryPolicyOf } from './stages.ts';

interface Log {
  warn(fields: object, message: string): void;
}

/** What Gemini's own route has beyond one configuration: callers' files, and who signed what. */
export function openNativeParts(config: Config, clock: Clock, shelf: FileShelf, log: Log) {
  const { maxFileBytes, fileSpaceBytes } = config.native;
  return {
    files: new KeptFiles({
      shelf,
      clock,
      maxFileBytes,
      maxBytesPerKey: fileSpaceBytes,
      onUnremoved: (unremoved, cause) =>
        log.warn({ unremoved, cause: reasonOfStore(cause) }, 'files sent ahead could not be removed'),
      typeOf: (bytes) => inspectPicture(encodeBase64(bytes))?.mimeType,
    }),
    affinity: new Affinity(),
  };
}

interface JoinedParts {
  readonly stages: Stages;
  readonly admission: Pick<PlaceAdmission, 'takePlace'>;
  readonly pool: PassPool;
  readonly catalogue: ModelCatalogue;
  readonly lasting: ReturnType<typeof openNativeParts>;
}

/** Gemini's own route, joined. */
export function createNative(
  config: Config,
  { stages, admission, pool, catalogue, lasting }: JoinedParts,
): NativeParts {
  const { tools, serviceTiers, drafts, remoteFiles } = config.native;
  const retryPolicy = retryPolicyOf(config);
  return {
    ...lasting,
    stages,
    takePlace: (keyId) => admission.takePlace(keyId),
    pool,
    resolveModel: (name) => catalogue.resolve(name),
    rules: { tools, serviceTiers, drafts, remoteFiles, safetySettings: config.gemini.safetySettings },
    mayAskAgain: (calls) => nextStep(calls, retryPolicy) === 'again',
  };
}
