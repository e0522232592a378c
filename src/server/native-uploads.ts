import { freeOwn } from '../bytes/free-bytes.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { Caller } from '../journey/image-order.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { announcedFile } from '../native/files/announced-file.ts';
import { fileJson } from '../native/files/file-json.ts';
import type { KeptFile } from '../native/files/file-shelf.ts';
import type { KeptFiles } from '../native/files/kept-files.ts';
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
/** What one request may ask for; `upload` and `finalize` may come together. */
const commands = ['start', 'upload', 'finalize', 'finalize,upload', 'query', 'cancel'] as const;
type Command = (typeof commands)[number];

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
  const protocol = headerOf(request, 'x-goog-upload-protocol').toLowerCase();
  if (protocol !== '' && protocol !== 'resumable') throw notResumable('x-goog-upload-protocol');
  const command = commandOf(request);
  const token = queryOf(raw.url ?? '').get('upload_id') ?? '';
  if (token === '') {
    if (command !== 'start') throw notResumable('x-goog-upload-command');
    return start(parts, request, scope);
  }
  const credentials = googleCredentials(raw, request.clientAddress);
  const hasKey = credentials.apiKey !== undefined || credentials.authorization !== undefined;
  const caller = hasKey ? await parts.authenticate(credentials) : undefined;
  if (command === 'query') {
    const received = parts.files.receivedBytes(token, caller);
    return empty({ 'x-goog-upload-status': 'active', 'x-goog-upload-size-received': String(received) });
  }
  if (command === 'cancel') {
    await parts.files.cancel(token, caller);
    return empty({ 'x-goog-upload-status': 'cancelled' });
  }
  if (command === undefined || command === 'start') throw notResumable('x-goog-upload-command');
  const offset = offsetOf(request);
  const room = parts.files.roomOf(token, caller);
  const bytes = await readRawBody(raw, room, readingOf(parts.reading, request, scope));
  const isLast = command !== 'upload';
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
  const document = hasBody
    ? await readJsonDocument(request.raw, noPaths, maxAnnouncementBytes, reading)
    : undefined;
  const announced = announcedFile(document, {
    length: headerOf(request, 'x-goog-upload-header-content-length'),
    type: headerOf(request, 'x-goog-upload-header-content-type'),
  });
  const token = await parts.files.start(caller, announced);
  const url = `${request.origin}/upload/v1beta/files?upload_id=${token}&upload_protocol=resumable`;
  return empty({ 'x-goog-upload-url': url, 'x-goog-upload-status': 'active' });
}

function hasBodyOf({ raw }: RouteRequest): boolean {
  return raw.headers['content-length'] !== undefined || raw.headers['transfer-encoding'] !== undefined;
}

/** What is to be done, of the commands that there are; undefined: another one, several that do not go together, or none. */
function commandOf(request: RouteRequest): Command | undefined {
  const words = headerOf(request, 'x-goog-upload-command')
    .toLowerCase()
    .split(',')
    .map((word) => word.trim());
  const said = words.toSorted().join(',');
  return commands.find((command) => command === said);
}

/** Where the bytes that come go. Throws `invalid_value` for what is no whole number. */
function offsetOf(request: RouteRequest): number {
  const text = headerOf(request, 'x-goog-upload-offset') || '0';
  if (/^\d{1,16}$/.test(text)) return Number(text);
  const param = 'x-goog-upload-offset';
  throw new PlantainError('invalid_value', `'${param}' must be a whole number of bytes.`, { param });
}

function headerOf({ raw }: RouteRequest, name: string): string {
  const value = raw.headers[name];
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
}

function notResumable(param: string): PlantainError {
  return new PlantainError(
    'invalid_value',
    "Files are taken by the resumable protocol: send 'x-goog-upload-protocol: resumable' and 'x-goog-upload-command: start', then the bytes to the address in 'x-goog-upload-url'.",
    { param },
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
