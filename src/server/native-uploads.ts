import { freeOwn } from '../bytes/free-bytes.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { Caller } from '../journey/image-order.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { fileJson } from '../native/files/file-json.ts';
import type { KeptFile } from '../native/files/file-shelf.ts';
import type { KeptFiles } from '../native/files/kept-files.ts';
import { field, isMembers, membersOf } from '../native/members.ts';
import { googleCredentials, queryOf } from './google-caller.ts';
import { noPaths, type NativeReading, readingOf } from './native-reading.ts';
import { readJsonDocument, readRawBody } from './read-body.ts';
import type { RouteRequest } from './routes.ts';

export interface UploadParts {
  readonly files: KeptFiles;
  readonly authenticate: (credentials: ReturnType<typeof googleCredentials>) => Promise<Caller>;
  readonly reading: NativeReading;
}

const maxAnnouncementBytes = 64 * 1024;

/**
 * Google's resumable upload (docs/contracts/gemini.md#files): announced with a key, and sent, in one piece or in several,
 * to the address that the announcement is answered with. Not all clients send their key there, so the address is the right.
 */
export async function answerUpload(
  parts: UploadParts,
  request: RouteRequest,
  scope: OrderScope,
): Promise<ImageAnswer> {
  const { raw } = request;
  const commands = headerOf(request, 'x-goog-upload-command')
    .toLowerCase()
    .split(',')
    .map((word) => word.trim());
  const token = queryOf(raw.url ?? '').get('upload_id') ?? '';
  if (token === '') {
    if (!commands.includes('start')) throw notResumable();
    return start(parts, request, scope);
  }
  const credentials = googleCredentials(raw, request.clientAddress);
  const hasKey = credentials.apiKey !== undefined || credentials.authorization !== undefined;
  const caller = hasKey ? await parts.authenticate(credentials) : undefined;
  if (commands.includes('query')) {
    const received = parts.files.receivedBytes(token, caller);
    return empty({ 'x-goog-upload-status': 'active', 'x-goog-upload-size-received': String(received) });
  }
  if (commands.includes('cancel')) {
    await parts.files.cancel(token, caller);
    return empty({ 'x-goog-upload-status': 'cancelled' });
  }
  if (!commands.includes('upload') && !commands.includes('finalize')) throw notResumable();
  const room = parts.files.roomOf(token, caller);
  const bytes = await readRawBody(raw, room, readingOf(parts.reading, request, scope));
  const offset = Number(headerOf(request, 'x-goog-upload-offset') || '0');
  const isLast = commands.includes('finalize');
  let file: KeptFile | undefined;
  try {
    file = await parts.files.write(token, caller, { offset, bytes, isLast });
  } finally {
    for (const chunk of bytes) freeOwn(chunk);
  }
  if (file === undefined) {
    const received = parts.files.receivedBytes(token, caller);
    return empty({ 'x-goog-upload-status': 'active', 'x-goog-upload-size-received': String(received) });
  }
  return json({ file: fileJson(file, request.origin) }, { 'x-goog-upload-status': 'final' });
}

async function start(parts: UploadParts, request: RouteRequest, scope: OrderScope): Promise<ImageAnswer> {
  const caller = await parts.authenticate(googleCredentials(request.raw, request.clientAddress));
  const reading = readingOf(parts.reading, request, scope);
  const hasBody = request.raw.headers['content-length'] !== '0' && hasBodyOf(request);
  const document = hasBody ? await readJsonDocument(request.raw, noPaths, maxAnnouncementBytes, reading) : {};
  if (!isMembers(document)) throw new PlantainError('invalid_json', 'The body must be a JSON object.');
  const file = membersOf(field(document, 'file'));
  const stated = headerOf(request, 'x-goog-upload-header-content-length') || field(file, 'sizeBytes');
  const statedBytes = stated === undefined || stated === '' ? undefined : Number(stated);
  const token = await parts.files.start(caller, {
    name: textOf(field(file, 'name')),
    displayName: textOf(field(file, 'displayName'))?.slice(0, 512),
    mimeType: mimeOf(
      headerOf(request, 'x-goog-upload-header-content-type') || textOf(field(file, 'mimeType')),
    ),
    statedBytes: statedBytes !== undefined && Number.isSafeInteger(statedBytes) ? statedBytes : undefined,
  });
  const url = `${request.origin}/upload/v1beta/files?upload_id=${token}&upload_protocol=resumable`;
  return empty({ 'x-goog-upload-url': url, 'x-goog-upload-status': 'active' });
}

function hasBodyOf({ raw }: RouteRequest): boolean {
  return raw.headers['content-length'] !== undefined || raw.headers['transfer-encoding'] !== undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What is no type is left to the bytes to tell. */
function mimeOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.+-]{1,60}\/[\w.+-]{1,100}(?:;.{0,100})?$/.test(text) ? text : undefined;
}

function headerOf({ raw }: RouteRequest, name: string): string {
  const value = raw.headers[name];
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
}

function notResumable(): PlantainError {
  return new PlantainError(
    'invalid_value',
    "Files are taken by the resumable protocol: send 'x-goog-upload-protocol: resumable' and 'x-goog-upload-command: start', then the bytes to the address in 'x-goog-upload-url'.",
    { param: 'x-goog-upload-command' },
  );
}

function empty(headers: Record<string, string>): ImageAnswer {
  return json({}, headers);
}

function json(document: unknown, headers: Record<string, string>): ImageAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
    body: { kind: 'whole', pieces: [Buffer.from(JSON.stringify(document))] },
  };
}
