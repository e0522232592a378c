import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { checkApiKey } from './check-api-key.ts';
import { checkVertexAccess } from './check-vertex-access.ts';
import { countTokens } from './count-tokens.ts';
import { answerCredentialQuestion } from './credential-server.ts';
import type { EmulatorOptions } from './emulator-options.ts';
import type { Exchange } from './exchange.ts';
import { findModel } from './find-model.ts';
import { GoogleError } from './google-error.ts';
import { type GeneratorParts, handleGenerate } from './handle-generate.ts';
import { listModels, modelEntry, publisherModelEntry } from './list-models.ts';
import { readBody } from './read-body.ts';
import { checkQuery, findRoute, type Route } from './route.ts';
import { type ChosenScenario, scenarioFromHeader } from './scenario-choice.ts';
import { ScenarioMemory } from './scenario-memory.ts';
import type { ScenarioName } from './scenarios.ts';
import { playFault } from './wire-fault.ts';

type RoutesOptions = EmulatorOptions & {
  readonly renderer: GeneratorParts['renderer'];
  readonly maxBodyBytes: number;
};

/** Takes each request through route, key, scenario and body to the code that answers it. */
export class AnswerRoutes {
  readonly #options: RoutesOptions;
  readonly #models: ReadonlyMap<string, CatalogueModel>;
  readonly #parts: GeneratorParts;
  readonly #defaultScenario: ChosenScenario | undefined;

  constructor(options: RoutesOptions) {
    this.#options = options;
    this.#models = new Map(options.models.map((model) => [model.id, model]));
    this.#parts = {
      models: this.#models,
      renderer: options.renderer,
      memory: new ScenarioMemory(),
      latencyMs: options.latencyMs ?? 0,
    };
    this.#defaultScenario = options.scenario && { name: options.scenario, argument: undefined };
  }

  /** Rejects only when an answer that had begun cannot be finished, or the caller has left. */
  async answer(exchange: Exchange): Promise<void> {
    const { method = '', url: target = '/' } = exchange.request;
    const url = new URL(`http://emulator${target.startsWith('/') ? target : '/'}`);
    let serviceTier: string | undefined;
    let isList = false;
    try {
      const body = await readBody(exchange.request, this.#options.maxBodyBytes);
      const { headers } = exchange.request;
      this.#options.onRequest?.({ method, url: target, headers, body });
      const credentials = answerCredentialQuestion({ method, pathname: url.pathname, headers, body });
      if (credentials !== undefined) return await exchange.sendCredentials(credentials);
      const route = findRoute(method, url.pathname);
      if (route.name !== 'list' && route.name !== 'get' && route.vertex === undefined)
        serviceTier = 'standard';
      isList = route.name === 'streamGenerateContent' && !wantsEvents(url.searchParams);
      await this.#answerRoute(exchange, route, url.searchParams, body);
    } catch (error) {
      if (exchange.headSent || exchange.signal.aborted) throw error;
      const known =
        error instanceof GoogleError ? error : new GoogleError('INTERNAL', 'Internal error encountered.');
      await exchange.sendError(known, { serviceTier, isList });
    }
  }

  async #answerRoute(exchange: Exchange, route: Route, query: URLSearchParams, body: Buffer): Promise<void> {
    const { request } = exchange;
    const { apiKeys } = this.#options;
    const { version, vertex } = route;
    if (vertex === undefined) checkApiKey(request.headers, query, apiKeys);
    else checkVertexAccess(request.headers, query, vertex, apiKeys);
    checkQuery(route, query);
    const headerScenario = scenarioFromHeader(request.headers);

    if (route.name === 'generateContent' || route.name === 'streamGenerateContent') {
      const streams = route.name === 'streamGenerateContent';
      const delivery = !streams ? 'unary' : wantsEvents(query) ? 'sse' : 'array';
      const { modelId, name: method } = route;
      const scenarios = { headerScenario, defaultScenario: this.#defaultScenario };
      await handleGenerate(this.#parts, {
        exchange,
        version,
        vertex,
        modelId,
        method,
        delivery,
        body,
        ...scenarios,
      });
      return;
    }

    const modelId = route.name === 'list' ? '' : route.modelId;
    const scenario = withoutModelFaults(headerScenario ?? this.#defaultScenario);
    if (await playFault(exchange, scenario, { modelId, version, method: route.name })) return;
    if (route.name === 'list')
      return await exchange.sendJson(listModels(this.#options.models, query, vertex !== undefined));
    if (route.name === 'get' && vertex !== undefined) {
      const model = findModel(this.#models, { modelId, version, method: route.name, vertex });
      return await exchange.sendJson(publisherModelEntry(model));
    }
    if (route.name === 'get') {
      const model = this.#models.get(modelId);
      if (model === undefined)
        throw new GoogleError(
          'NOT_FOUND',
          `Model is not found: models/${modelId} for api version ${version}`,
        );
      return await exchange.sendJson(modelEntry(model));
    }
    const model = findModel(this.#models, { modelId, version, method: route.name, vertex });
    await exchange.sendJson(
      await countTokens(model, body, route),
      vertex === undefined ? 'standard' : undefined,
    );
  }
}

/** Whether a stream is asked for as events, and not as one list. */
function wantsEvents(query: URLSearchParams): boolean {
  return (query.get('alt') ?? query.get('$alt')) === 'sse';
}

const modelFaults: ReadonlySet<ScenarioName> = new Set([
  'model-retired',
  'model-not-found',
  'publisher-model-not-found',
  'error-chunk',
] as const);

/** A retired model is a fault of generation; the list and the count stay what they are. */
function withoutModelFaults(scenario: ChosenScenario | undefined): ChosenScenario | undefined {
  const name = scenario?.name;
  return name !== undefined && modelFaults.has(name) ? undefined : scenario;
}
