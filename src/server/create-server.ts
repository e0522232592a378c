import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { ErrorFrame } from '../journey/dialect.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { Caller } from '../journey/image-order.ts';
import type { Credentials } from '../journey/image-request.ts';
import type { AdminCaller, Operator } from '../journey/operator.ts';
import { OrderScope } from '../journey/order-scope.ts';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';
import type { OrderMemory } from '../journey/order-memory.ts';
import type { BegunTrace, TracedRequest } from '../journey/request-trace.ts';
import { answerBrokenRequest, refuseExpectation, refuseTunnel } from './broken-request.ts';
import { beginTrace } from './begin-trace.ts';
import { canonicalUrl } from './canonical-url.ts';
import { Connections } from './connections.ts';
import { corsHeaders } from './cors.ts';
import { actingNeeds, adminCallerOf, isForOperators, wantsToActAs } from './admin-caller.ts';
import { credentialsOf } from './credentials-of.ts';
import { drainRequest, drainUninvited } from './drain-request.ts';
import { holdBodiesBack, inviteBody, isUninvited } from './expect-continue.ts';
import { fastifyErrorToPlantainError } from './map-fastify-error.ts';
import { requestOrigin } from './request-origin.ts';
import { anybody, type Edge, edgeNear, edgeOf } from './route-edge.ts';
import type { Route } from './routes.ts';
import { sendAnswer } from './send-answer.ts';
import { answerUnknown, methods, notAllowed } from './unserved-request.ts';

export interface ServerOptions {
  readonly routes: readonly Route[];
  readonly clock: Clock;
  /** Lets the holder of a key in; throws `invalid_api_key`. */
  readonly authenticate: (credentials: Credentials) => Promise<Caller>;
  /** Lets those in who look after the server; throws what the routes of the admin API answer. */
  readonly authenticateAdmin: (caller: AdminCaller) => Promise<Operator>;
  readonly trustProxy: boolean | readonly string[];
  /** What a reload may change; asked for with every request. */
  readonly inForce: () => {
    /** Origin for links, where the operator fixed it; else the one the client used. */
    readonly publicUrl: string | undefined;
    readonly corsOrigins: readonly string[];
    /** Where browsers that ask for the root are sent; undefined: nowhere. */
    readonly home: string | undefined;
  };
  readonly maxConnections: number;
  /** How long the head of a request may take. */
  readonly requestIdleMs: number;
  /** How long a client may take nothing of its answer while other orders wait for memory. */
  readonly stalledClientMs: number;
  readonly openMemory: () => OrderMemory & { close(): void };
  /** Hears of every request's scope at its beginning, so that a stop can reach it. */
  readonly onScope: (scope: OrderScope) => void;
  readonly onRefusedConnections: (refused: number, maxConnections: number) => void;
  /** Hears of every request that begins, and answers what hears of its end: by its route, '' where none was asked. */
  readonly onRequest?:
    | ((method: string) => (ended: { readonly route: string; readonly status: number }) => void)
    | undefined;
  /** Begins the trace of a request that may become an order; absent where nothing is traced. */
  readonly beginTrace?: ((request: TracedRequest) => BegunTrace) | undefined;
  /** Hears of every fault of Plantain's own, with its cause. */
  readonly onFault: (error: PlantainError, requestId: string, url: string) => void;
}

const hangUpIntervalMs = 100;

/** Routes have no schemas for the framework: without this, it loads its compilers for them, a hundred modules. */
const noSchemas = (): never => {
  throw new Error('routes are not checked by the framework');
};

export type ListenPlace = { readonly host: string; readonly port: number } | { readonly fd: number };

export interface PlantainServer {
  /** On an address, or on a socket that listens already. `host` is what it is bound to. */
  listen(place: ListenPlace): Promise<{ readonly url: string; readonly host: string }>;
  /** Takes no further connections, and ends those without a request under way. */
  stopAccepting(): Promise<void>;
  /** Breaks off every connection. */
  closeAll(): void;
}

/** The HTTP server: routes, limits on bytes and time, request ids, and the edge where errors become answers. */
export function createServer(options: ServerOptions): PlantainServer {
  const { trustProxy } = options;
  const server = Fastify({
    logger: false,
    trustProxy: typeof trustProxy === 'boolean' ? trustProxy : [...trustProxy],
    routerOptions: { maxParamLength: 1024 },
    rewriteUrl: (request) => canonicalUrl(request.url ?? '/'),
    genReqId: () => newId('req', options.clock.nowMs()),
    // Slow uploads of many pictures are fine; a request that never ends is not.
    requestTimeout: 600_000,
    keepAliveTimeout: 75_000,
    http: {
      headersTimeout: options.requestIdleMs,
      connectionsCheckingInterval: Math.min(5000, options.requestIdleMs / 2),
      maxHeaderSize: 32 * 1024,
      // Answered by us, in OpenAI's shape.
      requireHostHeader: false,
    },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      const isTooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
      const made = isTooLong
        ? answerUnknown(request, undefined)
        : Promise.reject(fastifyErrorToPlantainError(error));
      void answer(request, reply, made, edgeNear(options.routes, request));
    },
    forceCloseConnections: 'idle',
    // While it stops, the framework would answer in a shape of its own.
    return503OnClosing: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  });
  // Bodies are read by the journey, after the caller is known, not by the framework: it is told that there are none.
  for (const method of server.supportedMethods)
    server.addHttpMethod(method, { hasBody: false, overrideExisting: true });

  const answer = (
    request: FastifyRequest,
    reply: FastifyReply,
    made: Promise<ImageAnswer>,
    { writeError: frame, auth }: Edge = anybody,
    served?: Served,
  ): Promise<void> => {
    // No web page but the server's own asks the admin API.
    const origins = isForOperators({ auth }) ? [] : options.inForce().corsOrigins;
    return answerRequest(options, request, reply, { made, frame, origins, ...served });
  };

  for (const path of new Set(options.routes.map((route) => route.path))) {
    const routes = options.routes.filter((route) => route.path === path);
    for (const route of routes) {
      server.route({
        method: route.method === 'GET' ? ['GET', 'HEAD'] : route.method,
        url: path,
        handler: (request, reply) => {
          const scope = new OrderScope(options.openMemory);
          options.onScope(scope);
          reply.raw.once('close', () => {
            if (!reply.raw.writableFinished)
              scope.loseClient(new PlantainError('client_closed', 'The client closed the connection.'));
          });
          const edge = edgeOf([route], request);
          const serve = (trace?: BegunTrace): Promise<void> =>
            answer(request, reply, handle(options, route, request, reply, scope), edge, { scope, trace });
          if (options.beginTrace === undefined || route.auth !== 'journey') return serve();
          const trace = beginTrace(options.beginTrace, request, path);
          return trace.run(() => serve(trace));
        },
      });
    }
    const allowed = routes.flatMap((route) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
    server.route({
      method: [...methods, 'TRACE'].filter((method) => !allowed.includes(method)),
      url: path,
      handler: (request, reply) =>
        answer(
          request,
          reply,
          notAllowed(
            request,
            allowed,
            !isForOperators(routes[0]) && options.inForce().corsOrigins.length > 0,
          ),
          edgeOf(routes, request),
        ),
    });
  }
  server.setNotFoundHandler((request, reply) =>
    answer(request, reply, answerUnknown(request, options.inForce().home)),
  );
  server.setErrorHandler((error, request, reply) =>
    answer(request, reply, Promise.reject(fastifyErrorToPlantainError(error))),
  );
  const connections = new Connections(server.server, {
    maxConnections: options.maxConnections,
    onRefused: options.onRefusedConnections,
  });
  server.server.on('checkExpectation', refuseExpectation);
  server.server.on('connect', refuseTunnel);
  holdBodiesBack(server.server);
  // A client that closes its side may still read its answer; `Connections` finds out.
  Object.assign(server.server, { httpAllowHalfOpen: true });
  return {
    // Without a host the framework takes `localhost`, and opens sockets of its own.
    async listen(place) {
      const url = await server.listen('fd' in place ? { ...place, host: '127.0.0.1' } : place);
      const [bound] = server.addresses();
      return { url, host: typeof bound === 'object' ? bound.address : '' };
    },
    async stopAccepting() {
      // Connections that fall idle later would hold the server for their keep-alive time.
      const hangUp = setInterval(() => connections.closeIdle(), hangUpIntervalMs);
      connections.closeIdle();
      await server.close();
      clearInterval(hangUp);
    },
    closeAll: () => server.server.closeAllConnections(),
  };
}

async function handle(
  options: ServerOptions,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  scope: OrderScope,
): Promise<ImageAnswer> {
  const origin = requestOrigin(request);
  const caller =
    route.auth === 'key' ? await options.authenticate(credentialsOf(request.raw, request.ip)) : undefined;
  const isActing = wantsToActAs(route, request.raw) !== undefined;
  const sender = { raw: request.raw, clientAddress: request.ip, usedOrigin: origin };
  const operator =
    isActing || isForOperators(route)
      ? await options.authenticateAdmin(adminCallerOf(sender, isActing ? actingNeeds : route))
      : undefined;
  return route.handle(
    {
      id: request.id,
      ...sender,
      inviteBody: () => inviteBody(reply.raw),
      params: request.params as Record<string, string | undefined>,
      query: request.query,
      origin: options.inForce().publicUrl ?? origin,
      acceptedAtMs: options.clock.nowMs(),
      ...(caller && { caller }),
      ...(operator && { operator }),
    },
    scope,
  );
}

/** What a request has while a handler works for it. */
interface Served {
  readonly scope: OrderScope;
  readonly trace: BegunTrace | undefined;
}

/** Writes whatever was made, an error included, and ends the order when it is out. */
async function answerRequest(
  options: ServerOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  {
    made,
    frame,
    scope,
    trace,
    origins,
  }: Partial<Served> & {
    readonly made: Promise<ImageAnswer>;
    readonly frame: ErrorFrame;
    readonly origins: readonly string[];
  },
): Promise<void> {
  reply.hijack();
  const onEnd = options.onRequest?.(request.method);
  // Of a body that did not come in time nothing more is waited for.
  let isTooLate = false;
  try {
    const answer = await made.catch((thrown: unknown) => {
      const error = toPlantainError(thrown);
      isTooLate = error.code === 'request_timeout';
      // Errors of an order stand in the order's own line of the log.
      if (error.code === 'internal_error') options.onFault(error, request.id, request.url);
      return frame(error);
    });
    const headers = {
      'x-request-id': request.id,
      ...((isTooLate || !reply.server.server.listening) && { connection: 'close' }),
      ...corsHeaders(origins, request.headers.origin),
    };
    await sendAnswer(reply.raw, answer, {
      headers,
      isHead: request.method === 'HEAD',
      patience: { stalledMs: options.stalledClientMs, isWanted: () => scope?.isWanted ?? false },
      untilEnd: isUninvited(reply.raw) ? () => drainUninvited(request.raw) : undefined,
    });
  } catch (error) {
    // The answer was under way: all that is left is to break it off, so that the client sees it is not whole.
    options.onFault(toPlantainError(error), request.id, request.url);
    reply.raw.destroy();
  } finally {
    if (isTooLate) request.raw.socket.destroySoon();
    else drainRequest(request.raw);
    scope?.end();
    const status = reply.raw.headersSent ? reply.raw.statusCode : 499;
    trace?.end(status);
    onEnd?.({ route: scope === undefined ? '' : (request.routeOptions.url ?? ''), status });
  }
}
