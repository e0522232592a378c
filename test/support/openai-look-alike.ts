import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

/** A server of OpenAI's shape, as one of its kind behaves: what it takes, how it delivers, how it fails. */
export type LookAlikeKind =
  | 'openai'
  | 'azure'
  | 'localai'
  | 'sd-server'
  | 'sglang'
  | 'xinference'
  | 'xai'
  | 'serevix';

/** A request as it came, forms and JSON alike. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly fields: Readonly<Record<string, unknown>>;
  readonly files: readonly { readonly name: string; readonly type: string; readonly bytes: Buffer }[];
}

export interface OpenAiLookAlike {
  readonly url: string;
  readonly requests: SeenRequest[];
  close(): Promise<void>;
}

export interface LookAlikeOptions {
  /** Delivers by links whatever is asked, on its own origin or on another. */
  readonly links?: 'own' | 'other';
  /** Answers instead, where it answers. */
  readonly answer?: (seen: SeenRequest, response: ServerResponse) => boolean;
}

export const lookAlikeKey = 'sk-look-alike-0123456789';

/** Fields that each takes; others are refused where the real one does, so that nothing is sent that it does not know. */
const openAiFields = [
  'model',
  'prompt',
  'n',
  'size',
  'quality',
  'background',
  'moderation',
  'output_format',
  'output_compression',
  'user',
];
const fieldsOf: Readonly<Record<LookAlikeKind, readonly string[]>> = {
  openai: openAiFields,
  azure: openAiFields,
  localai: ['model', 'prompt', 'n', 'size', 'response_format', 'quality', 'step'],
  'sd-server': ['model', 'prompt', 'n', 'size', 'output_format', 'output_compression'],
  sglang: ['model', 'prompt', 'n', 'size', 'response_format', 'seed'],
  xinference: ['model', 'prompt', 'n', 'size', 'response_format', 'kwargs'],
  xai: ['model', 'prompt', 'n', 'aspect_ratio', 'resolution', 'response_format', 'image', 'images'],
  serevix: ['model', 'prompt', 'aspect_ratio', 'image_size', 'response_format'],
};
const detailKinds: readonly LookAlikeKind[] = ['sglang', 'xinference'];

export async function startOpenAiLookAlike(
  kind: LookAlikeKind,
  options: LookAlikeOptions = {},
): Promise<OpenAiLookAlike> {
  const requests: SeenRequest[] = [];
  const pictures = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = await readRequest(request);
    const fail = (
      status: number,
      message: string,
      code: string | null = null,
      param: string | null = null,
    ): void => sendJson(response, status, errorOf(kind, message, code, param));
    const path = seen.url.split('?')[0] ?? '';
    const stored = pictures.get(path);
    if (stored !== undefined) {
      requests.push(seen);
      response.writeHead(200, { 'content-type': 'image/png' }).end(stored);
      return;
    }
    const key =
      kind === 'azure' ? seen.headers['api-key'] : seen.headers.authorization?.replace(/^Bearer /, '');
    if (key !== lookAlikeKey)
      return fail(401, `Incorrect API key provided: ${String(key)}.`, 'invalid_api_key');
    if (path.endsWith('/models')) return sendJson(response, 200, { object: 'list', data: [] });
    requests.push(seen);
    if (options.answer?.(seen, response) === true) return;
    if (!isPath(kind, path)) return fail(404, `Invalid URL (POST ${path})`);
    const unknown = Object.keys(seen.fields).find((name) => !fieldsOf[kind].includes(name));
    if (unknown !== undefined)
      return fail(400, `Unknown parameter: '${unknown}'.`, 'unknown_parameter', unknown);
    const size = sizeOf(kind, seen.fields);
    if (size === undefined) return fail(400, 'Invalid size.', 'invalid_value', 'size');
    if (kind === 'sglang' && seen.fields['response_format'] !== 'b64_json')
      return fail(400, 'response_format url needs cloud storage to be set up');
    if (kind === 'sd-server' && /<sd_cpp_extra_args>(?!\{"seed":\d+\}<)/.test(String(seen.fields['prompt'])))
      return fail(400, 'a caller set parameters');
    const png = await draw(seen, size);
    const link = `/generated-images/${pictures.size}.png`;
    pictures.set(link, png);
    const isLink =
      options.links !== undefined || (sends(kind).links && seen.fields['response_format'] !== 'b64_json');
    const where = options.links === 'other' ? 'http://203.0.113.7' : origin();
    const picture = isLink ? { url: `${where}${link}` } : { b64_json: png.toString('base64') };
    sendJson(response, 200, answerOf(kind, seen, picture, size));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: origin(),
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const sends = (kind: LookAlikeKind) => ({ links: ['localai', 'sglang', 'xinference', 'xai'].includes(kind) });

function isPath(kind: LookAlikeKind, path: string): boolean {
  const edits = kind === 'serevix' || kind === 'localai' ? '' : '|edits';
  const root = kind === 'azure' ? String.raw`/openai/(?:v1|deployments/[^/]+)` : '/v1';
  return new RegExp(`^${root}/images/(?:generations${edits})$`).test(path);
}

/** Pixels that are asked for in the server's own syntax; undefined where it would refuse them. */
function sizeOf(
  kind: LookAlikeKind,
  { size, aspect_ratio: ratio, resolution, image_size: tier }: SeenRequest['fields'],
): readonly [number, number] | undefined {
  if (kind === 'xai') return ['1k', '2k', undefined].includes(resolution as string) ? [512, 512] : undefined;
  if (kind === 'serevix')
    return /^"\d+:\d+"$/.test(JSON.stringify(ratio ?? '1:1')) &&
      /^"[124]K"$/.test(JSON.stringify(tier ?? '1K'))
      ? [512, 512]
      : undefined;
  const [, width, height] =
    (kind === 'xinference' ? /^(\d+)\*(\d+)$/ : /^(\d+)x(\d+)$/).exec(String(size)) ?? [];
  if (width !== undefined) {
    const [wide, high] = [Number(width), Number(height)];
    const isFree =
      kind !== 'openai' ||
      (wide % 16 === 0 && high % 16 === 0 && wide * high >= 655_360 && wide * high <= 8_294_400);
    return isFree ? [wide, high] : undefined;
  }
  return size === undefined || size === 'auto' || size === 'original' ? [1024, 1024] : undefined;
}

/** One colour a prompt, so that another prompt is another picture. */
function draw({ fields, files }: SeenRequest, [width, height]: readonly [number, number]): Promise<Buffer> {
  let hash = files.length;
  for (const character of String(fields['prompt']))
    hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  const background = { r: hash & 255, g: (hash >> 8) & 255, b: (hash >> 16) & 255 };
  return sharp({ create: { width, height, channels: 3, background } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

function answerOf(
  kind: LookAlikeKind,
  { fields, files }: SeenRequest,
  picture: object,
  size: readonly [number, number],
): object {
  const created = 1_790_000_000;
  switch (kind) {
    case 'openai':
    case 'azure': {
      const images = files.length * 300;
      return {
        created,
        background: 'opaque',
        output_format: 'png',
        quality: fields['quality'],
        size: size.join('x'),
        data: [picture],
        usage: {
          input_tokens: 10 + images,
          input_tokens_details: { image_tokens: images, text_tokens: 10 },
          output_tokens: 1757,
          total_tokens: 1767 + images,
        },
      };
    }
    case 'localai':
      return {
        created,
        id: 'x',
        data: [{ embedding: null, index: 0, ...picture }],
        usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 },
      };
    case 'sd-server':
      return { created, output_format: 'png', data: [picture] };
    case 'sglang':
      return {
        id: 'x',
        created,
        data: [{ url: null, revised_prompt: 'x', file_path: '/srv/outputs/secret.png', ...picture }],
        usage: { image_count: 1 },
      };
    case 'xai':
      return {
        data: [{ ...picture, respect_moderation: true, mime_type: 'image/png' }],
        usage: { cost_in_usd_ticks: 200_000_000 },
      };
    default:
      return { created, data: [picture] };
  }
}

function errorOf(kind: LookAlikeKind, message: string, code: string | null, param: string | null): object {
  if (kind === 'sd-server') return { error: message };
  if (detailKinds.includes(kind)) return { detail: message };
  return { error: { message, type: 'invalid_request_error', param, code } };
}

async function readRequest(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const { method = '', url = '', headers } = request;
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/'))
    return {
      method,
      url,
      headers,
      files: [],
      fields: bytes.length === 0 ? {} : (JSON.parse(bytes.toString('utf8')) as SeenRequest['fields']),
    };
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const fields: Record<string, unknown> = {};
  const files: { name: string; type: string; bytes: Buffer }[] = [];
  for (const [name, value] of form.entries() as IterableIterator<[string, string | File]>) {
    if (typeof value === 'string') fields[name] = value;
    else files.push({ name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  return { method, url, headers, fields, files };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
