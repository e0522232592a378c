import { takeEarly } from './early.ts';
import { addressOf, getHeaders, type Request } from './requests.ts';

/** After this long without a key or a pointer, what the page asks by itself keeps no session alive. */
const presentForMs = 60_000;

let csrf: string | null = null;
let lastInputAtMs = performance.now();
for (const kind of ['pointerdown', 'keydown'])
  addEventListener(kind, () => (lastInputAtMs = performance.now()), { passive: true, capture: true });

/** Tells what has to be sent back with whatever changes something. */
export function keepCsrf(token: string | null): void {
  csrf = token;
}

/** What the server said no with. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | undefined;
  /** OpenAI's kind of error; of a limit it says whose it is. */
  readonly type: string | undefined;
  readonly param: string | undefined;
  readonly requestId: string | undefined;

  constructor(
    status: number,
    message: string,
    facts: { code?: string; type?: string; param?: string; requestId?: string },
  ) {
    super(message);
    this.status = status;
    this.code = facts.code;
    this.type = facts.type;
    this.param = facts.param;
    this.requestId = facts.requestId;
  }
}

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly query?: Request['query'];
  readonly body?: unknown;
  /** The same one again is the same act. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** Asks the admin API. Rejects with ApiError, or with TypeError where the server cannot be reached. */
export async function call<Answer>(
  path: string,
  { method = 'GET', query = {}, body, idempotencyKey, signal }: CallOptions = {},
): Promise<Answer> {
  const url = addressOf(path, query);
  const isBackground = performance.now() - lastInputAtMs > presentForMs;
  const early = method === 'GET' ? takeEarly(url) : undefined;
  const response = await (early ??
    fetch(url, {
      method,
      credentials: 'same-origin',
      headers: {
        ...getHeaders,
        ...(method !== 'GET' && actHeaders()),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        ...(isBackground && { 'plantain-background': '1' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    }));
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as Answer;
}

/** Asks what has a name of its own. */
export const ask = <Answer>({ path, query = {} }: Request, signal: AbortSignal): Promise<Answer> =>
  call<Answer>(path, { query, signal });

/** What goes along with whatever changes something. */
export const actHeaders = (): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  'x-plantain-csrf': csrf ?? '',
});

/** What a refusal says. */
export async function errorOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const document: unknown = await response.json().catch(() => undefined);
  const { message, code, type, param } =
    (document as { error?: Record<string, unknown> } | undefined)?.error ?? {};
  return new ApiError(response.status, typeof message === 'string' ? message : response.statusText, {
    ...(typeof code === 'string' && { code }),
    ...(typeof type === 'string' && { type }),
    ...(typeof param === 'string' && { param }),
    ...(requestId !== undefined && { requestId }),
  });
}
