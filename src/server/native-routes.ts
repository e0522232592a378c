import type { Dialect } from '../journey/dialect.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { makeImages } from '../journey/make-images.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { Stages } from '../journey/stages.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { writeGoogleError } from '../native/error-frame.ts';
import { downloadFile } from '../native/files/download-file.ts';
import { fileJson } from '../native/files/file-json.ts';
import { findModel, modelNotFound } from '../native/find-model.ts';
import { modelJson, pageOf } from '../native/list-models.ts';
import type { NativeParts } from '../native/native-parts.ts';
import { type NativeCall, nativeCall } from '../native/native-path.ts';
import type { NativeRequest } from '../native/native-request.ts';
import { passThrough } from '../native/pass-through.ts';
import { predictDialect } from '../native/predict-dialect.ts';
import { requestPaths } from '../native/request-paths.ts';
import { writeError } from '../openai/shared/write-error.ts';
import { googleCredentials, isGoogleCaller, queryOf } from './google-caller.ts';
import { IdleWatch } from './idle-watch.ts';
import { type NativeReading, noPaths, readingOf } from './native-reading.ts';
import { answerUpload } from './native-uploads.ts';
import { type BodyLimits, readJsonDocument } from './read-body.ts';
import type { HttpMethod, Route, RouteRequest } from './routes.ts';
import type { WaitingBodies } from './waiting-bodies.ts';

export interface NativeRoutesOptions {
  readonly parts: NativeParts;
  /** For `:predict`, whose requests are orders like any other. */
  readonly stages: Stages;
  readonly images: Dialect;
  readonly limits: Pick<BodyLimits, 'maxJsonBodyBytes' | 'maxEditBodyBytes'>;
  readonly bodyIdleMs: number;
  readonly maxUploadWaitMs: number;
  readonly waiting: WaitingBodies;
  readonly models: readonly CatalogueModel[];
  /** Names of the operator's own for models, which are listed too. */
  readonly aliases: Readonly<Record<string, string>>;
  /** The model for Imagen's names that the catalogue does not have. */
  readonly defaultModel: string;
}

const verbs: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Paths of Gemini's API alone. What is not served below them is told in Google's frame. */
const ownPaths = [
  '/v1beta/*',
  '/v1alpha/*',
  '/v1beta1/*',
  '/v1/projects/*',
  '/v1/publishers/*',
  '/upload/*',
  '/ws/*',
];
/** Resources of Gemini's API under `/v1` that are not served, and that OpenAI's API does not have. */
const foreignPaths = [
  'interactions',
  'cachedContents',
  'tunedModels',
  'webhooks',
  'corpora',
  'operations',
].flatMap((name) => [`/v1/${name}`, `/v1/${name}/*`]);

/** Google describes its API itself. */
const undescribed = { path: undefined, operations: {} };

/** Gemini's own API: its requests passed on, its models listed, its files kept (docs/contracts/clients.md#native-paths). */
export function nativeRoutes(options: NativeRoutesOptions): Route[] {
  const reading: NativeReading = {
    idle: new IdleWatch(options.bodyIdleMs),
    waiting: options.waiting,
    maxWaitMs: options.maxUploadWaitMs,
  };
  const answer = (request: RouteRequest, scope: OrderScope) => answerNative(options, reading, request, scope);
  const route = (method: HttpMethod, path: string): Route => ({
    method,
    path,
    auth: 'journey',
    writeError: writeGoogleError,
    described: undescribed,
    handle: answer,
  });
  // OpenAI's API has files too; who is not a client of Google's is told in OpenAI's frame that there are none here.
  const shared = (method: HttpMethod, path: string): Route => ({
    ...route(method, path),
    frameFor: (raw) => (isGoogleCaller(raw) ? writeGoogleError : writeError),
    handle: (request, scope) =>
      isGoogleCaller(request.raw) ? answer(request, scope) : Promise.reject(noFiles(request)),
  });
  return [
    ...[...ownPaths, ...foreignPaths].flatMap((path) => verbs.map((method) => route(method, path))),
    route('POST', '/v1/models/*'),
    ...(['GET', 'POST', 'DELETE'] as const).map((method) => shared(method, '/v1/files')),
    ...(['GET', 'DELETE'] as const).map((method) => shared(method, '/v1/files/*')),
  ];
}

/** OpenAI's list of models, answered as Google's for clients of Google's API: the two share their paths under `/v1`. */
export function withNativeModels(routes: readonly Route[], options: NativeRoutesOptions): Route[] {
  const own = (request: RouteRequest, scope: OrderScope) =>
    answerNative(options, { idle: new IdleWatch(1), waiting: options.waiting, maxWaitMs: 0 }, request, scope);
  return routes.map((route) => ({
    ...route,
    frameFor: (raw) => (isGoogleCaller(raw) ? writeGoogleError : route.writeError),
    handle: (request, scope) =>
      isGoogleCaller(request.raw) ? own(request, scope) : route.handle(request, scope),
  }));
}

async function answerNative(
  options: NativeRoutesOptions,
  reading: NativeReading,
  request: RouteRequest,
  scope: OrderScope,
): Promise<ImageAnswer> {
  const { parts } = options;
  const { raw, origin } = request;
  const call = nativeCall(raw.method ?? '', pathOf(request));
  switch (call.name) {
    case 'generateContent':
    case 'streamGenerateContent':
    case 'countTokens':
      return passThrough(
        parts,
        passed(options, reading, request, scope, { ...call, method: call.name }),
        scope,
      );
    case 'predict':
      return predict(options, reading, request, scope, call.model);
    case 'upload':
      return answerUpload(
        { files: parts.files, authenticate: (sent) => parts.stages.authenticate(sent), reading },
        request,
        scope,
      );
    default:
      return answerKnown(
        options,
        call,
        raw.url ?? '',
        origin,
        await parts.stages.authenticate(googleCredentials(raw, request.clientAddress)),
      );
  }
}

type KnownCall = Exclude<
  NativeCall,
  { name: 'generateContent' | 'streamGenerateContent' | 'countTokens' | 'predict' | 'upload' }
>;

/** What is answered from what is here: models and files. */
async function answerKnown(
  { parts, models, aliases }: NativeRoutesOptions,
  call: KnownCall,
  url: string,
  origin: string,
  caller: Awaited<ReturnType<Stages['authenticate']>>,
): Promise<ImageAnswer> {
  const isAllowed = (id: string): boolean => caller.allowedModels?.includes(id) ?? true;
  const allowedModel = (version: string, model: CatalogueModel): CatalogueModel => {
    if (isAllowed(model.id)) return model;
    throw modelNotFound(model.id, version, 'generateContent');
  };
  switch (call.name) {
    case 'list-models': {
      const named = Object.keys(aliases).filter((alias) => !alias.endsWith('*'));
      const entries = [
        ...models.map((model) => [model.id, model] as const),
        ...named.map((alias) => [alias, parts.resolveModel(alias).model] as const),
      ]
        // Of another maker's, nobody speaks Gemini's protocol.
        .filter(([, { foreign, id }]) => foreign === undefined && isAllowed(id))
        .map(([name, model]) => modelJson(name, model));
      return json(pageOf('models', entries, queryOf(url)));
    }
    case 'get-model':
      return json(modelJson(call.model, allowedModel(call.version, findModel(parts, call))));
    case 'list-files':
      return json(
        pageOf(
          'files',
          (await parts.files.list(caller)).map((file) => fileJson(file, origin)),
          queryOf(url),
        ),
      );
    case 'get-file':
      return json(fileJson(await parts.files.find(caller, call.file), origin));
    case 'delete-file':
      await parts.files.remove(caller, call.file);
      return json({});
    case 'download-file':
      return downloadFile(parts.files, caller, call.file);
  }
}

function passed(
  { limits }: NativeRoutesOptions,
  reading: NativeReading,
  request: RouteRequest,
  scope: OrderScope,
  call: Pick<NativeRequest, 'method' | 'version' | 'model'>,
): NativeRequest {
  const { raw, id, clientAddress, acceptedAtMs } = request;
  return {
    ...call,
    id,
    clientAddress,
    acceptedAtMs,
    isEventStream: call.method === 'streamGenerateContent' && isEventStream(raw.url ?? ''),
    credentials: googleCredentials(raw, clientAddress),
    userAgent: raw.headers['user-agent'] ?? '',
    maxWaitMs: serverTimeoutMs(raw.headers['x-server-timeout']),
    readBody: () =>
      readJsonDocument(raw, requestPaths, limits.maxEditBodyBytes, readingOf(reading, request, scope)),
  };
}

/** How long Google's clients want the server to take at most; undefined: they do not say. */
function serverTimeoutMs(header: string | readonly string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds * 1000;
  throw new PlantainError('invalid_value', 'X-Server-Timeout must be a number of seconds above 0.', {
    param: 'x-server-timeout',
  });
}

function isEventStream(url: string): boolean {
  const query = queryOf(url);
  return (query.get('alt') ?? query.get('$alt')) === 'sse';
}

function predict(
  { stages, images, parts, limits, defaultModel }: NativeRoutesOptions,
  reading: NativeReading,
  request: RouteRequest,
  scope: OrderScope,
  model: string,
): Promise<ImageAnswer> {
  const { raw, inviteBody: _invite, params: _params, query: _query, ...rest } = request;
  const modelFor = (name: string): string => {
    if (!/^imagen-/i.test(name))
      return findModel(parts, { model: name, version: 'v1beta', method: 'predict' }).id;
    return defaultModel;
  };
  const imageRequest = {
    ...rest,
    operation: 'generate' as const,
    credentials: googleCredentials(raw, request.clientAddress),
    readBody: async () => ({
      kind: 'json' as const,
      document: await readJsonDocument(
        raw,
        noPaths,
        limits.maxJsonBodyBytes,
        readingOf(reading, request, scope),
      ),
    }),
    pathModel: model,
    isDryRun: false,
  };
  return makeImages(stages, predictDialect(images, modelFor), imageRequest, scope);
}

/** For clients of OpenAI's API, which has files too. */
function noFiles(request: RouteRequest): PlantainError {
  const message = `Invalid URL (${request.raw.method ?? ''} ${pathOf(request)}). OpenAI's files are not served here. Google's are, with the key in x-goog-api-key.`;
  return new PlantainError('unknown_url', message);
}

function pathOf({ raw }: RouteRequest): string {
  return (raw.url ?? '').split('?')[0] ?? '';
}

function json(document: unknown): ImageAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: { kind: 'whole', pieces: [Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`)] },
  };
}
