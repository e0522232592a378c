import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Gateway } from './start-gateway.ts';

/** What the tests need to know of a server. */
export type Server = Pick<Gateway, 'url' | 'key'>;

export interface ErrorBody {
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
}

export interface ImagesBody {
  readonly created: number;
  readonly data: readonly { readonly b64_json?: string; readonly url?: string }[];
  readonly size: string;
  readonly output_format: string;
}

/** Posts a JSON body with the server's key. */
export function postJson(
  server: Server,
  path: string,
  body: unknown,
  more: { readonly headers?: Record<string, string>; readonly signal?: AbortSignal } = {},
): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.key}`,
      'content-type': 'application/json',
      ...more.headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(more.signal !== undefined && { signal: more.signal }),
  });
}

export const generate = (server: Server, body: unknown, more?: Parameters<typeof postJson>[3]) =>
  postJson(server, '/v1/images/generations', body, more);

/** One part of a form, its header lines written out. */
export interface RawPart {
  readonly headers: readonly string[];
  readonly body: Buffer | string;
}

/** A form's body as some client writes it, byte for byte, its files not copied. */
export function formPieces(parts: readonly RawPart[], boundary = 'plantain-test'): Buffer[] {
  return [
    ...parts.flatMap(({ headers, body }) => [
      Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`),
      typeof body === 'string' ? Buffer.from(body) : body,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ];
}

/** The same as one buffer. */
export function rawForm(parts: readonly RawPart[], boundary?: string): Buffer {
  return Buffer.concat(formPieces(parts, boundary));
}

export const field = (name: string, value: string): RawPart => ({
  headers: [`Content-Disposition: form-data; name="${name}"`],
  body: value,
});

export const file = (name: string, bytes: Buffer, filename = 'x.png', type = 'image/png'): RawPart => ({
  headers: [
    `Content-Disposition: form-data; name="${name}"; filename="${filename}"`,
    `Content-Type: ${type}`,
  ],
  body: bytes,
});

/** Posts a form with the server's key. */
export function postForm(
  server: Server,
  parts: readonly RawPart[],
  path = '/v1/images/edits',
): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.key}`,
      'content-type': 'multipart/form-data; boundary=plantain-test',
    },
    body: new Uint8Array(rawForm(parts)),
  });
}

export async function errorOf(response: Response): Promise<ErrorBody> {
  return ((await response.json()) as { error: ErrorBody }).error;
}

export async function imagesOf(response: Response): Promise<ImagesBody> {
  return (await response.json()) as ImagesBody;
}

/** The decoded bytes of an answer's only picture. */
export async function onlyPicture(response: Response): Promise<Buffer> {
  const { data } = await imagesOf(response);
  return Buffer.from(data[0]?.b64_json ?? '', 'base64');
}

/** A connection whose every byte the test writes and reads itself. */
export interface RawConnection {
  readonly socket: Socket;
  /** Everything received so far. */
  readonly text: () => string;
  /** Resolves when the other side is done, or the connection broke. */
  readonly closed: Promise<void>;
}

export async function rawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return { socket, closed, text: () => Buffer.concat(chunks).toString('latin1') };
}

/** A generation's request, head and body, as bytes. */
export function rawGeneration(server: Server, body: unknown, headers: readonly string[] = []): string {
  const text = JSON.stringify(body);
  return [
    'POST /v1/images/generations HTTP/1.1',
    `Host: ${new URL(server.url).host}`,
    `Authorization: Bearer ${server.key}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...headers,
    '',
    text,
  ].join('\r\n');
}

export interface LedgerEntry {
  readonly id: string;
  readonly status: string;
  readonly error_code: string | null;
  readonly model: string;
  readonly requested_model: string;
  readonly upstream: string | null;
  readonly images_requested: number;
  readonly images_delivered: number;
  readonly attempts: number;
  readonly reserved_micro_usd: number;
  readonly cost_micro_usd: number;
  readonly usage_source: string;
  readonly end_user?: string | null;
}

/** One upstream call in the ledger. */
export interface AttemptEntry {
  readonly order_id: string;
  /** From 1. */
  readonly ordinal: number;
  readonly upstream: string;
  readonly started_at_ms: number;
  readonly ended_at_ms: number;
  readonly verdict: string;
  readonly phase: string;
  readonly http_status: number | null;
  readonly cost_micro_usd: number;
}

/** The ledger's rows, oldest first, read beside the running server. */
export function ledgerRows(dataDir: string): LedgerEntry[] {
  return rowsOf<LedgerEntry>(dataDir, 'select * from ledger order by created_at_ms, id');
}

/** The upstream calls of all orders, read in the same way. */
export function attemptRows(dataDir: string): AttemptEntry[] {
  return rowsOf<AttemptEntry>(dataDir, 'select * from attempts order by order_id, ordinal');
}

function rowsOf<Row>(dataDir: string, query: string): Row[] {
  const database = new DatabaseSync(join(dataDir, 'plantain.db'), { readOnly: true });
  try {
    return database.prepare(query).all() as unknown as Row[];
  } finally {
    database.close();
  }
}
