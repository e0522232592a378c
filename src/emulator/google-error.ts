import type { JsonObject } from './json-value.ts';

/** The canonical statuses Google pairs with HTTP codes (docs/contracts/gemini.md#errors). */
export type GoogleStatus =
  | 'INVALID_ARGUMENT'
  | 'FAILED_PRECONDITION'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'RESOURCE_EXHAUSTED'
  | 'CANCELLED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED';

const httpCodes: Readonly<Record<GoogleStatus, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** An error as Google words it: `{"error":{code,message,status,details?}}`. */
export class GoogleError extends Error {
  readonly code: number;
  readonly status: GoogleStatus;
  readonly details: readonly JsonObject[];

  /** `code`: where it is not the one that goes with the status. */
  constructor(
    status: GoogleStatus,
    message: string,
    details: readonly JsonObject[] = [],
    code: number = httpCodes[status],
  ) {
    super(message);
    this.name = 'GoogleError';
    this.code = code;
    this.status = status;
    this.details = details;
  }

  toJson(): JsonObject {
    return {
      error: {
        code: this.code,
        message: this.message,
        status: this.status,
        details: this.details.length > 0 ? this.details : undefined,
      },
    };
  }
}

export interface FieldViolation {
  /** The message holding the fault, in snake_case; empty at the root, where Google leaves the key out. */
  readonly field: string;
  readonly description: string;
}

/** Parse errors name every fault: the message joins them by line and `details` repeats them one by one. */
export function badRequest(violations: readonly FieldViolation[]): GoogleError {
  return new GoogleError(
    'INVALID_ARGUMENT',
    violations.map((violation) => violation.description).join('\n'),
    [
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: violations.map(({ field, description }) => ({
          field: field === '' ? undefined : field,
          description,
        })),
      },
    ],
  );
}

export function invalidApiKey(): GoogleError {
  const message = 'API key not valid. Please pass a valid API key.';
  return new GoogleError('INVALID_ARGUMENT', message, [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    },
    { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message },
  ]);
}

export function missingApiKey(): GoogleError {
  return new GoogleError(
    'PERMISSION_DENIED',
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  );
}

/** `method` is the RPC asked for, such as `generateContent`. */
export function modelNotFound(modelId: string, version: string, method: string): GoogleError {
  return new GoogleError(
    'NOT_FOUND',
    `models/${modelId} is not found for API version ${version}, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`,
  );
}

export function unreadableImage(): GoogleError {
  return new GoogleError(
    'INVALID_ARGUMENT',
    'Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  );
}
