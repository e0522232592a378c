import type { FailureFacts } from './failure-facts.ts';
import { GoogleError, invalidApiKey, missingApiKey, modelNotFound } from './google-error.ts';
import type { JsonObject } from './json-value.ts';
import type { ScenarioName } from './scenarios.ts';
import { vertexFailures } from './vertex-failures.ts';

type MakeFailure = (facts: FailureFacts) => GoogleError;

/** The scenarios that answer with an error status (docs/contracts/gemini.md#errors). */
export const scenarioFailures: Readonly<Partial<Record<ScenarioName, MakeFailure>>> = {
  'rate-limit': ({ modelId, argument }) => {
    const seconds = secondsOf(argument, 34);
    return quotaExceeded({
      modelId,
      metric: perMinute,
      limit: 500,
      retryIn: `${seconds}.286670503s`,
      retryDelay: `${seconds}s`,
    });
  },
  'rate-limit-fractional': ({ modelId }) =>
    quotaExceeded({ modelId, metric: perMinute, limit: 500, retryIn: '34.286670503s', retryDelay: '34.28s' }),
  'rate-limit-daily': ({ modelId }) =>
    quotaExceeded({ modelId, metric: perDay, limit: 1000, retryIn: '48m44.225424107s', retryDelay: '2924s' }),
  'limit-zero': ({ modelId }) =>
    quotaExceeded({
      modelId,
      metric: perMinute,
      limit: 0,
      lines: 2,
      retryIn: '34.286670503s',
      retryDelay: '34s',
    }),
  'resource-exhausted': () =>
    new GoogleError('RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'),
  'credits-depleted': () =>
    new GoogleError(
      'RESOURCE_EXHAUSTED',
      'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
    ),
  'internal-error': () => new GoogleError('INTERNAL', 'Internal error encountered.'),
  'internal-error-report': () =>
    new GoogleError(
      'INTERNAL',
      'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
    ),
  unavailable: () => new GoogleError('UNAVAILABLE', 'The service is currently unavailable.'),
  overloaded: () => new GoogleError('UNAVAILABLE', 'The model is overloaded. Please try again later.'),
  'high-demand': () => highDemand(),
  'error-chunk': () => highDemand(),
  'deadline-exceeded': () =>
    new GoogleError('DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'),
  'bad-key': () => invalidApiKey(),
  forbidden: () => missingApiKey(),
  'location-unsupported': () =>
    new GoogleError('FAILED_PRECONDITION', 'User location is not supported for the API use.'),
  'invalid-argument': () => new GoogleError('INVALID_ARGUMENT', 'Request contains an invalid argument.'),
  'model-retired': ({ modelId }) =>
    new GoogleError(
      'NOT_FOUND',
      `This model models/${modelId} is no longer available to new users. Please update your code to use a newer model for the latest features and improvements.`,
    ),
  'model-not-found': ({ modelId, version, method }) => modelNotFound(modelId, version, method),
  ...vertexFailures,
};

const perMinute = {
  name: 'generativelanguage.googleapis.com/generate_requests_per_model',
  id: 'GenerateRequestsPerMinutePerProjectPerModel',
};
const perDay = {
  name: 'generativelanguage.googleapis.com/generate_requests_per_model_per_day',
  id: 'GenerateRequestsPerDayPerProjectPerModel',
};

interface Quota {
  readonly modelId: string;
  readonly metric: typeof perMinute;
  readonly limit: number;
  /** How often the quota line is repeated. */
  readonly lines?: number;
  readonly retryIn: string;
  readonly retryDelay: string;
}

function quotaExceeded({ modelId, metric, limit, lines = 1, retryIn, retryDelay }: Quota): GoogleError {
  const line = `\n* Quota exceeded for metric: ${metric.name}, limit: ${limit}, model: ${modelId}`;
  const message = `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: https://ai.dev/rate-limit. ${line.repeat(lines)}\nPlease retry in ${retryIn}.`;
  const help: JsonObject = {
    '@type': 'type.googleapis.com/google.rpc.Help',
    links: [
      {
        description: 'Learn more about Gemini API quotas',
        url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
      },
    ],
  };
  const violation: JsonObject = {
    quotaMetric: metric.name,
    quotaId: metric.id,
    quotaDimensions: { model: modelId, location: 'global' },
    quotaValue: String(limit),
  };
  const failure: JsonObject = {
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [violation],
  };
  const retry: JsonObject = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay };
  // A project without quota is told so without the link.
  return new GoogleError(
    'RESOURCE_EXHAUSTED',
    message,
    limit === 0 ? [failure, retry] : [help, failure, retry],
  );
}

function highDemand(): GoogleError {
  return new GoogleError(
    'UNAVAILABLE',
    'This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.',
  );
}

function secondsOf(argument: string | undefined, fallback: number): number {
  const seconds = Number(argument ?? fallback);
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400 ? seconds : fallback;
}

/** The page of Google's front end when it finds nobody behind it. */
export const html502 = `<!DOCTYPE html>
<html lang=en>
  <meta charset=utf-8>
  <title>Error 502 (Server Error)!!1</title>
  <p><b>502.</b> <ins>That's an error.</ins>
  <p>The server encountered a temporary error and could not complete your request.<p>Please try again in 30 seconds.  <ins>That's all we know.</ins>
`;
