import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/start-emulator.ts';
import { loadTestModels } from './test-models.ts';

/** What the renderer was asked for, so that tests can look at it. */
export interface DrawnWish {
  readonly prompt: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mimeType: string;
  readonly seed: number;
  readonly references: readonly Buffer[];
  readonly detail?: number;
}

/** Draws only a header with the right pixels and some bytes after it: enough for whoever reads dimensions. */
export function headerRenderer(drawn: DrawnWish[] = []): NonNullable<EmulatorOptions['renderer']> {
  return {
    render: async (wish) => {
      drawn.push(wish);
      return wish.mimeType === 'image/png'
        ? pngHeader(wish.widthPx, wish.heightPx)
        : jpegHeader(wish.widthPx, wish.heightPx);
    },
    close: async () => undefined,
  };
}

export async function startTestEmulator(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  return await startEmulator({
    host: '127.0.0.1',
    port: 0,
    models: loadTestModels(),
    renderer: headerRenderer(),
    ...options,
  });
}

function pngHeader(widthPx: number, heightPx: number): Buffer {
  const header = Buffer.alloc(57);
  header.write('89504e470d0a1a0a0000000d49484452', 'hex');
  header.writeUInt32BE(widthPx, 16);
  header.writeUInt32BE(heightPx, 20);
  header.write('0802000000', 24, 'hex');
  header.write('0000000049454e44ae426082', 45, 'hex');
  return header;
}

function jpegHeader(widthPx: number, heightPx: number): Buffer {
  const header = Buffer.from('ffd8ffc0001108000000000301220002110103110100ffd9', 'hex');
  header.writeUInt16BE(heightPx, 7);
  header.writeUInt16BE(widthPx, 9);
  return header;
}

/** Pixels from the header bytes of a PNG or JPEG, as a client that sniffs would read them. */
export function readPixels(picture: Buffer): string {
  if (picture.readUInt32BE(0) === 0x89504e47)
    return `${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`;
  for (let at = 2; at < picture.length; at += 2 + picture.readUInt16BE(at + 2)) {
    const marker = picture[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xc3)
      return `${picture.readUInt16BE(at + 7)}x${picture.readUInt16BE(at + 5)}`;
  }
  throw new Error('no size in the picture');
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Name, value, name, value, as sent. */
  readonly rawHeaders: readonly string[];
  readonly bytes: Buffer;
  readonly text: string;
  /** Whether the body came to its proper end. */
  readonly complete: boolean;
  /** Tells one connection from another. */
  readonly localPort: number | undefined;
}

export interface RawCall {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly agent?: Agent;
  /** Called for each piece of the body as it arrives. */
  readonly onData?: (piece: Buffer) => void;
}

/** A plain HTTP call with a good key; nothing is decoded. Rejects when the connection breaks before a head. */
export async function callRaw(
  url: string,
  { method, headers, body, signal, agent, onData }: RawCall = {},
): Promise<RawAnswer> {
  return await new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const outgoing = request(
      url,
      {
        method: method ?? (payload === undefined ? 'GET' : 'POST'),
        headers: { 'x-goog-api-key': 'test-key', 'content-type': 'application/json', ...headers },
        ...(signal && { signal }),
        ...(agent && { agent }),
      },
      (incoming) => {
        const pieces: Buffer[] = [];
        const { localPort } = incoming.socket;
        const finish = (): void => {
          const bytes = Buffer.concat(pieces);
          const { statusCode: status = 0, rawHeaders, complete } = incoming;
          resolve({
            status,
            headers: incoming.headers,
            rawHeaders,
            bytes,
            text: bytes.toString('utf8'),
            complete,
            localPort,
          });
        };
        incoming.on('data', (piece: Buffer) => {
          pieces.push(piece);
          onData?.(piece);
        });
        incoming.once('end', finish);
        incoming.once('error', finish);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(payload);
  });
}

export function prompt(text: string, generationConfig: object = { responseModalities: ['IMAGE'] }): object {
  return { contents: [{ parts: [{ text }] }], generationConfig };
}
