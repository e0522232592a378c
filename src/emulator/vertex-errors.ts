import { GoogleError } from './google-error.ts';
import type { JsonObject } from './json-value.ts';

const errorInfo = (reason: string, metadata: JsonObject = {}, domain = 'googleapis.com'): JsonObject => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain,
  metadata,
});
const help = (description: string, url: string): JsonObject => ({
  '@type': 'type.googleapis.com/google.rpc.Help',
  links: [{ description, url }],
});

const service = 'aiplatform.googleapis.com';
const ofCall = { service, method: 'google.cloud.aiplatform.v1.PredictionService.GenerateContent' };
const ofProject = { service, consumer: 'projects/123456789' };

export const noCredentials = (): GoogleError =>
  new GoogleError(
    'UNAUTHENTICATED',
    'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    [errorInfo('CREDENTIALS_MISSING', ofCall)],
  );

export const apiKeysUnsupported = (): GoogleError =>
  new GoogleError(
    'UNAUTHENTICATED',
    'API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that assert a principal. See https://cloud.google.com/docs/authentication',
    [errorInfo('CREDENTIALS_MISSING', ofCall)],
  );

export const tokenRefused = (reason = 'ACCESS_TOKEN_TYPE_UNSUPPORTED'): GoogleError =>
  new GoogleError(
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    [errorInfo(reason, ofCall)],
  );

export function permissionDenied(modelId: string): GoogleError {
  const resource = `//${service}/projects/art/locations/global/publishers/google/models/${modelId}`;
  const permission = 'aiplatform.endpoints.predict';
  const message = `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`;
  return new GoogleError('PERMISSION_DENIED', message, [
    errorInfo('IAM_PERMISSION_DENIED', { permission, resource }, service),
  ]);
}

export function serviceDisabled(): GoogleError {
  const url =
    'https://console.developers.google.com/apis/api/aiplatform.googleapis.com/overview?project=123456789';
  const message = `Vertex AI API has not been used in project 123456789 before or it is disabled. Enable it by visiting ${url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`;
  return new GoogleError('PERMISSION_DENIED', message, [
    help('Google developers console API activation', url),
    errorInfo('SERVICE_DISABLED', ofProject),
  ]);
}

export function billingDisabled(): GoogleError {
  const url = 'https://console.developers.google.com/billing/enable?project=123456789';
  const message = `This API method requires billing to be enabled. Please enable billing on project #123456789 by visiting ${url} then retry. If you enabled billing for this project recently, wait a few minutes for the action to propagate to our systems and retry.`;
  return new GoogleError('PERMISSION_DENIED', message, [
    help('Google developers console billing', url),
    errorInfo('BILLING_DISABLED', ofProject),
  ]);
}

export const consumerInvalid = (): GoogleError =>
  new GoogleError('PERMISSION_DENIED', 'Permission denied on resource project art.', [
    errorInfo('CONSUMER_INVALID', ofProject),
  ]);

export const consumerSuspended = (): GoogleError =>
  new GoogleError('PERMISSION_DENIED', "Permission denied: Consumer 'api_key:AIza' has been suspended.", [
    errorInfo('CONSUMER_SUSPENDED', ofProject),
  ]);

/** `path`: where the model was looked for. */
export const publisherModelNotFound = (path: string): GoogleError =>
  new GoogleError(
    'NOT_FOUND',
    `Publisher Model \`${path}\` was not found or your project does not have access to it. Please ensure you are using a valid model version. For more information, see: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions`,
  );

export const invalidRole = (): GoogleError =>
  new GoogleError(
    'INVALID_ARGUMENT',
    'Unable to submit request because Please use a valid role: user, model.. Learn more: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini',
  );

export const sharedQuotaExhausted = (): GoogleError =>
  new GoogleError(
    'RESOURCE_EXHAUSTED',
    'Resource exhausted. Please try again later. Please refer to https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.',
  );

export const provisionedThroughputExceeded = (): GoogleError =>
  new GoogleError('RESOURCE_EXHAUSTED', 'Too many requests. Exceeded the Provisioned Throughput.');

export const noCapacity = (modelId: string, status: 'RESOURCE_EXHAUSTED' | 'UNAVAILABLE'): GoogleError =>
  new GoogleError(status, `No capacity available for model ${modelId} on the server`, [
    errorInfo('MODEL_CAPACITY_EXHAUSTED', { model: modelId }, 'cloudcode-pa.googleapis.com'),
  ]);
