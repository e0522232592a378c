import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { mayAsk, modelNotAllowed } from '../journey/model-not-allowed.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { getModelOperation, listModelsOperation } from '../openai/openapi/openapi-operations.ts';
import { describeModel, listModels } from '../openai/shared/list-models.ts';
import { writeError } from '../openai/shared/write-error.ts';
import { writeJson } from '../openai/shared/write-json.ts';
import type { Route } from './routes.ts';

export interface ModelRoutesOptions {
  readonly models: readonly CatalogueModel[];
  readonly aliases: ReadonlyMap<string, string>;
  /** Understands a name; throws `model_not_found`. */
  readonly resolve: (name: string) => { readonly model: CatalogueModel };
}

/** `GET /v1/models` and `GET /v1/models/{id}`; SDKs percent-encode the slash inside an id (docs/contracts/openai-images.md#models). */
export function modelRoutes({ models, aliases, resolve }: ModelRoutesOptions): Route[] {
  // A catalogue does not change: another configuration has another one, and routes of its own.
  const list = writeJson({ object: 'list', data: listModels(models, aliases) });
  /** What a key may not ask for is not there for it. */
  const listFor = (allowed: readonly string[]) =>
    writeJson({
      object: 'list',
      data: listModels(
        models.filter(({ id }) => allowed.includes(id)),
        aliases,
      ),
    });
  return [
    {
      method: 'GET',
      path: '/v1/models',
      auth: 'key',
      writeError,
      described: { path: '/v1/models', operations: { get: listModelsOperation } },
      handle: async ({ caller }) =>
        caller?.allowedModels === undefined ? list : listFor(caller.allowedModels),
    },
    {
      method: 'GET',
      path: '/v1/models/*',
      auth: 'key',
      writeError,
      described: { path: '/v1/models/{model}', operations: { get: getModelOperation } },
      handle: async (request) => {
        const id = decode(request.params['*'] ?? '');
        if (id === '')
          throw new PlantainError('model_not_found', 'Name a model after /v1/models/.', { param: 'model' });
        const { model } = resolve(id);
        if (!mayAsk(request.caller ?? {}, model.id)) throw modelNotAllowed(id);
        return writeJson(describeModel(id, model));
      },
    },
  ];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
