import type { ImageAnswer } from '../journey/image-answer.ts';
import type { PlantainError } from '../kernel/plantain-error.ts';

type Detail = Readonly<Record<string, unknown>>;

/** An error as Google tells it (docs/contracts/gemini.md#errors). */
interface GoogleFrame {
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly status: string;
    readonly details?: readonly Detail[];
  };
}

/** google.rpc's word for an HTTP status. */
const wordOfStatus: ReadonlyMap<number, string> = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [402, 'RESOURCE_EXHAUSTED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [405, 'UNIMPLEMENTED'],
  [408, 'DEADLINE_EXCEEDED'],
  [409, 'ALREADY_EXISTS'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [500, 'INTERNAL'],
  [502, 'INTERNAL'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
  [507, 'RESOURCE_EXHAUSTED'],
]);

const type = (name: string): string => `type.googleapis.com/google.rpc.${name}`;
const noKeyMessage =
  "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.";
const badKeyMessage = 'API key not valid. Please pass a valid API key.';
/** A wait that is longer is for a day's quota. */
const maxMinuteWaitSeconds = 3600;

/** What Google's frame says of a catalogue error: the one place where the two meet. */
function googleFrame(error: PlantainError): GoogleFrame {
  const { code, message } = error;
  if (code === 'invalid_api_key') return isMissingKey(error) ? framed(403, noKeyMessage) : badKey();
  // No SDK sends 402 again; some send 429 five times (docs/contracts/clients.md#native-errors).
  if (error.entry.type === 'insufficient_quota') return framed(402, message);
  if (error.entry.status === 429) return framed(429, message, quotaDetails(error));
  return framed(error.entry.status, message);
}

/** An error as the HTTP answer that Google's SDKs understand. */
export function writeGoogleError(error: PlantainError): ImageAnswer {
  const frame = googleFrame(error);
  const { 'www-authenticate': _notGoogles, ...headers } = error.headers ?? {};
  return {
    status: frame.error.code,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      ...(error.retryAfterSeconds !== undefined && { 'retry-after': String(error.retryAfterSeconds) }),
      ...headers,
    },
    body: { kind: 'whole', pieces: [Buffer.from(`${JSON.stringify(frame, undefined, 2)}\n`)] },
  };
}

/** The same as the last event of a stream that had begun. */
export function googleErrorEvent(error: PlantainError): Buffer {
  return Buffer.from(`data: ${JSON.stringify(googleFrame(error))}\r\n\r\n`);
}

function framed(code: number, message: string, details?: readonly Detail[]): GoogleFrame {
  const status = wordOfStatus.get(code) ?? (code < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return { error: { code, message, status, ...(details && { details }) } };
}

function badKey(): GoogleFrame {
  return framed(400, badKeyMessage, [
    {
      '@type': type('ErrorInfo'),
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    },
    { '@type': type('LocalizedMessage'), locale: 'en-US', message: badKeyMessage },
  ]);
}

/** What was not sent cannot be wrong: Google says so with another error. */
function isMissingKey({ message }: PlantainError): boolean {
  return message.startsWith("You didn't provide");
}

function quotaDetails({ retryAfterSeconds = 0, headers }: PlantainError): Detail[] {
  const isOver = headers?.['x-should-retry'] === 'false' || retryAfterSeconds > maxMinuteWaitSeconds;
  const period = isOver ? 'PerDay' : 'PerMinute';
  return [
    {
      '@type': type('QuotaFailure'),
      violations: [
        {
          quotaMetric: 'generativelanguage.googleapis.com/generate_requests_per_model',
          quotaId: `GenerateRequests${period}PerProjectPerModel`,
        },
      ],
    },
    ...(retryAfterSeconds === 0 ? [] : [{ '@type': type('RetryInfo'), retryDelay: `${retryAfterSeconds}s` }]),
  ];
}
