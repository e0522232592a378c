import type { Call } from '../../journey/call.ts';
import type { GoogleError } from './google-error.ts';

/** What a refusal is for want of, and whom it concerns. */
export type Want = Pick<Call, 'reach'> & { readonly fault: 'credential' | 'credit' | 'place' | 'capacity' };

/** The reasons of an ErrorInfo that say whose turn it is (docs/contracts/gemini.md#vertex-errors). */
const wants: ReadonlyMap<string, Want> = new Map<string, Want>([
  ...[
    'CREDENTIALS_MISSING',
    'ACCESS_TOKEN_EXPIRED',
    'ACCESS_TOKEN_TYPE_UNSUPPORTED',
    'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    'ACCOUNT_STATE_INVALID',
    'CONSUMER_SUSPENDED',
    'USER_BLOCKED_BY_ADMIN',
    'GCP_SUSPENDED',
  ].map((reason): [string, Want] => [reason, { fault: 'credential' }]),
  ['IAM_PERMISSION_DENIED', { fault: 'credential', reach: 'model' }],
  ['BILLING_DISABLED', { fault: 'credit' }],
  ...[
    'SERVICE_DISABLED',
    'SERVICE_NOT_VISIBLE',
    'CONSUMER_INVALID',
    'RESOURCE_PROJECT_INVALID',
    'USER_PROJECT_DENIED',
    'SECURITY_POLICY_VIOLATED',
    'RESOURCE_USAGE_RESTRICTION_VIOLATED',
    'ORG_RESTRICTION_VIOLATION',
    'LOCATION_POLICY_VIOLATED',
    'LOCATION_ORG_POLICY_VIOLATED',
    'LOCATION_TAX_POLICY_VIOLATED',
  ].map((reason): [string, Want] => [reason, { fault: 'place' }]),
  ['MODEL_CAPACITY_EXHAUSTED', { fault: 'capacity' }],
]);

/** The same in words, of errors whose details were lost on the way. */
const wordings: readonly (readonly [RegExp, Want])[] = [
  [/\bhas not been used in project\b|\bit is disabled\b.{0,40}\benable it\b/i, { fault: 'place' }],
  [/\brequires billing to be enabled\b/i, { fault: 'credit' }],
  [/\bconsumer\b.{0,80}\bsuspended\b/i, { fault: 'credential' }],
  [/^permission '[^']{1,80}' denied on resource\b/i, { fault: 'credential', reach: 'model' }],
  [/^permission denied on resource project\b/i, { fault: 'place' }],
  [/\bno capacity available for model\b/i, { fault: 'capacity' }],
];

/** What an error says that it is for want of; undefined when it does not. */
export function wantOf({ details, message }: GoogleError): Want | undefined {
  for (const { reason } of details) {
    const want = typeof reason === 'string' ? wants.get(reason) : undefined;
    if (want !== undefined) return want;
  }
  return wordings.find(([pattern]) => pattern.test(message))?.[1];
}
