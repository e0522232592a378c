import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { checkApiKey } from './check-api-key.ts';
import { countTokens } from './count-tokens.ts';
import type { EmulatorOptions } from './emulator-options.ts';
import type { Exchange } from './exchange.ts';
import { GoogleError, modelNotFound } from './google-error.ts';
import { type GeneratorParts, handleGenerate } from './handle-generate.ts';
import { listModels, modelEntry } from './list-models.ts';
import { readBody } from './read-body.ts';
import { checkQuery, findRoute, type Route } from './route.ts';
import { type ChosenScenario, scenarioFromHeader } from './scenario-choice.ts';
import { ScenarioMemory } from './scenario-memory.ts';
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
    try {
      const route = findRoute(method, url.pathname);
      if (route.name !== 'list' && route.name !== 'get') serviceTier = 'standard';
      await this.#answerRoute(exchange, route, url.searchParams);
    } catch (error) {
      if (exchange.headSent || exchange.signal.aborted) throw error;
      const known =
        error instanceof GoogleError ? error : new GoogleError('INTERNAL', 'Internal error encountered.');
      await exchange.sendError(known, serviceTier);
    }
  }

  async #answerRoute(exchange: Exchange, route: Route, query: URLSearchParams): Promise<void> {
    const { request } = exchange;
    const body = await readBody(request, this.#options.maxBodyBytes);
    this.#options.onRequest?.({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body,
    });
    checkApiKey(request.headers, query, this.#options.apiKeys);
    checkQuery(route, query);
    const headerScenario = scenarioFromHeader(request.headers);
    const { version } = route;

    if (route.name === 'generateContent' || route.name === 'streamGenerateContent') {
      const streams = route.name === 'streamGenerateContent';
      const delivery = !streams
        ? 'unary'
        : (query.get('alt') ?? query.get('$alt')) === 'sse'
          ? 'sse'
          : 'array';
      const { modelId, name: method } = route;
      const scenarios = { headerScenario, defaultScenario: this.#defaultScenario };
      await handleGenerate(this.#parts, { exchange, version, modelId, method, delivery, body, ...scenarios });
      return;
    }

    const modelId = route.name === 'list' ? '' : route.modelId;
    const scenario = withoutModelFaults(headerScenario ?? this.#defaultScenario);
    if (await playFault(exchange, scenario, { modelId, version, method: route.name })) return;
    if (route.name === 'list') return await exchange.sendJson(listModels(this.#options.models, query));
    const model = this.#models.get(modelId);
    if (route.name === 'get') {
      if (model === undefined)
        throw new GoogleError(
          'NOT_FOUND',
          `Model is not found: models/${modelId} for api version ${version}`,
        );
      return await exchange.sendJson(modelEntry(model));
    }
    if (model === undefined) throw modelNotFound(modelId, version, route.name);
    await exchange.sendJson(await countTokens(model, body, version), 'standard');
  }
}

/** A retired model is a fault of generation; the list and the count stay what they are. */
function withoutModelFaults(scenario: ChosenScenario | undefined): ChosenScenario | undefined {
  const name = scenario?.name;
  return name === 'model-retired' || name === 'model-not-found' || name === 'error-chunk'
    ? undefined
    : scenario;
}
