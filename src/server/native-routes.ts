import type { Dialect } from '../journey/dialect.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import { makeImages } from '../journey/make-images.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { Stages } from '../journey/stages.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { answerKnown, type KnownParts } from '../native/answer-known.ts';
import { answerWishes } from '../native/answer-wishes.ts';
import { writeGoogleError } from '../native/error-frame.ts';
import { predictedModel } from '../native/find-model.ts';
import type { NativeParts } from '../native/native-parts.ts';
import { nativeCall } from '../native/native-path.ts';
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

export interface NativeRoutesOptions extends Pick<KnownParts, 'models' | 'aliases'> {
  readonly parts: NativeParts;
  /** For `:predict`, whose requests are orders like any other. */
  readonly stages: Stages;
  readonly images: Dialect;
  readonly limits: Pick<BodyLimits, 'maxJsonBodyBytes' | 'maxEditBodyBytes'>;
  readonly bodyIdleMs: number;
  readonly maxUploadWaitMs: number;
  readonly waiting: WaitingBodies;
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
    default: {
      const caller = await parts.stages.authenticate(googleCredentials(raw, request.clientAddress));
      const { models, aliases } = options;
      return answerKnown(
        { ...parts, models, aliases },
        call,
        { query: queryOf(raw.url ?? ''), origin },
        caller,
      );
    }
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
    ...answerWishes(call.method, queryOf(raw.url ?? ''), raw.headers['x-server-timeout']),
    credentials: googleCredentials(raw, clientAddress),
    userAgent: raw.headers['user-agent'] ?? '',
    readBody: () =>
      readJsonDocument(raw, requestPaths, limits.maxEditBodyBytes, readingOf(reading, request, scope)),
  };
}

function predict(
  { stages, images, parts, limits, defaultModel }: NativeRoutesOptions,
  reading: NativeReading,
  request: RouteRequest,
  scope: OrderScope,
  model: string,
): Promise<ImageAnswer> {
  const { raw, inviteBody: _invite, params: _params, query: _query, ...rest } = request;
  const modelFor = (name: string): string => predictedModel(parts, name, defaultModel);
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
