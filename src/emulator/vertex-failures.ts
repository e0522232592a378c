import { GoogleError } from './google-error.ts';
import type { FailureFacts } from './failure-facts.ts';
import type { ScenarioName } from './scenarios.ts';
import * as vertex from './vertex-errors.ts';

const prepaid =
  'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing. Learn more at https://ai.google.dev/gemini-api/docs/billing#prepay. ';

/** The scenarios of Vertex's errors, and of what both services say of money (docs/contracts/gemini.md#vertex-errors, docs/contracts/gemini.md#quota-errors). */
export const vertexFailures: Readonly<Partial<Record<ScenarioName, (facts: FailureFacts) => GoogleError>>> = {
  'no-credentials': vertex.noCredentials,
  'api-keys-unsupported': vertex.apiKeysUnsupported,
  'token-refused': () => vertex.tokenRefused(),
  'token-expired': () => vertex.tokenRefused('ACCESS_TOKEN_EXPIRED'),
  'permission-denied': ({ modelId }) => vertex.permissionDenied(modelId),
  'service-disabled': vertex.serviceDisabled,
  'billing-disabled': vertex.billingDisabled,
  'consumer-invalid': vertex.consumerInvalid,
  'consumer-suspended': vertex.consumerSuspended,
  'publisher-model-not-found': ({ modelId }) =>
    vertex.publisherModelNotFound(`projects/art/locations/us-central1/publishers/google/models/${modelId}`),
  'invalid-role': vertex.invalidRole,
  'country-unsupported': () =>
    new GoogleError(
      'FAILED_PRECONDITION',
      'Gemini API free tier is not available in your country. Please enable billing on your project in Google AI Studio.',
    ),
  'image-country-unsupported': () =>
    new GoogleError('FAILED_PRECONDITION', 'Image generation is not available in your country.'),
  'shared-quota': vertex.sharedQuotaExhausted,
  'provisioned-throughput': vertex.provisionedThroughputExceeded,
  'no-capacity': ({ modelId }) => vertex.noCapacity(modelId, 'RESOURCE_EXHAUSTED'),
  'no-capacity-503': ({ modelId }) => vertex.noCapacity(modelId, 'UNAVAILABLE'),
  canceled: () => new GoogleError('CANCELLED', 'The operation was cancelled.'),
  'deadline-503': () => new GoogleError('UNAVAILABLE', 'Deadline expired before operation could complete.'),
  'credits-depleted-402': () => new GoogleError('RESOURCE_EXHAUSTED', prepaid, [], 402),
  'spend-limit': () =>
    new GoogleError(
      'RESOURCE_EXHAUSTED',
      'Your project exceeded the spend-based rate limit of its usage tier. Please try again later.',
    ),
  'monthly-spending-cap': () =>
    new GoogleError('RESOURCE_EXHAUSTED', 'Your project has exceeded its monthly spending cap.'),
};
