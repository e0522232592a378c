import {
  type AspectRatio,
  aspectRatios,
  type CatalogueModel,
  defaultModelId,
  type ImageSize,
  imageSizes,
  type PixelSize,
} from '../journey/catalogue-model.ts';
import type { ModelPrices } from '../journey/price-list.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import foreign from './foreign-models.json' with { type: 'json' };
import shipped from './models.json' with { type: 'json' };
import { listedPrices, ownPrices } from './price-entries.ts';

/** A model entry as data files spell it: pixels are named by table instead of listed, and prices stand in the price list. */
export type ModelEntry = Omit<CatalogueModel, 'pixels' | 'prices'> & {
  readonly pixelTable: string;
  /** The operator's prices in place of the list's. */
  readonly microUsdPerMillionTokens?: ModelPrices | undefined;
};

/** `listedAs`: the model whose price list it has. */
type KnownEntry = ModelEntry & { readonly listedAs: string };

/** What the operator's file adds to or changes in the shipped catalogue. */
export interface CatalogueChanges {
  /** By model id. `extends` names the entry to start from; a shipped id starts from itself. */
  readonly models?: Readonly<Record<string, Partial<ModelEntry> & { readonly extends?: string | undefined }>>;
  /** What upstreams name: a model that is not Gemini's is there only where one that is no kind of Gemini's has it. */
  readonly upstreams?: readonly {
    readonly kind: string;
    readonly models?: readonly string[] | Readonly<Record<string, string>> | undefined;
  }[];
  /** Other names for models; a trailing `*` matches any ending. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Models to draw with when one, asked for by this name or id, cannot be had. */
  readonly fallbacks?: Readonly<Record<string, readonly string[]>>;
  /** The model of requests that name none. */
  readonly defaultModel?: string;
}

/** A requested name, understood. The suffixes `-16x9` and `-4k` carry what some clients cannot send as fields. */
export interface ResolvedModel {
  readonly model: CatalogueModel;
  readonly aspectRatio?: AspectRatio;
  readonly imageSize?: ImageSize;
  /** True when the name is another model's: worth telling the caller. */
  readonly isAlias: boolean;
}

const pixelTables = new Map<string, Record<string, Record<string, string>>>(
  Object.entries({ ...shipped.pixelTables, ...foreign.pixelTables }),
);
const foreignEntries = new Map(foreign.models.map((entry) => [entry.id, known(entry as ModelEntry)]));
/** The vendors and routes that other gateways and clients put before a name (docs/contracts/clients.md#model-names). */
const prefixes =
  /^(?:models|publishers|google|gemini|google[_-]?(?:ai|genai|vertex|gemini)|vertex(?:[_-]?ai)?|openai|azure(?:[_-](?:ai|openai))?|openai[_-]compatible|custom[_-]openai|openrouter|litellm(?:[_-]proxy)?)\//;
/** A model's full name at Vertex AI. */
const resource = /^projects\/[^/]+\/locations\/[^/]+\//;

/** Every model Plantain can draw with, and every name it answers to. */
export class ModelCatalogue {
  readonly models: readonly CatalogueModel[];
  readonly aliases: ReadonlyMap<string, string>;
  readonly #byId: ReadonlyMap<string, CatalogueModel>;
  readonly #defaultModel: CatalogueModel;
  readonly #fallbacks: ReadonlyMap<string, readonly string[]>;

  constructor(
    models: readonly CatalogueModel[],
    aliases: ReadonlyMap<string, string>,
    defaultModel: string,
    fallbacks: ReadonlyMap<string, readonly string[]> = new Map(),
  ) {
    this.#fallbacks = fallbacks;
    this.models = models;
    this.aliases = aliases;
    this.#byId = new Map(models.map((model) => [model.id, model]));
    const found = this.#find(defaultModel);
    if (found === undefined) throw new RangeError(`There is no model "${defaultModel}".`);
    this.#defaultModel = found;
  }

  get(id: string): CatalogueModel | undefined {
    return this.#byId.get(id);
  }

  /** The operator's models for when `model`, asked for as `requested`, cannot be had: of that name, else of the model. */
  fallbacksOf(requested: string, model: CatalogueModel): readonly CatalogueModel[] {
    if (this.#fallbacks.size === 0) return [];
    const name = requested.trim().toLowerCase();
    const ids =
      this.#fallbacks.get(name) ?? this.#fallbacks.get(plainName(name)) ?? this.#fallbacks.get(model.id);
    return (ids ?? []).flatMap((id) => this.#byId.get(id) ?? []);
  }

  /** Understands a requested name; an empty one means the default model. Throws `model_not_found`. */
  resolve(requested: string): ResolvedModel {
    if (requested === '') return { model: this.#defaultModel, isAlias: false };
    // An operator may have given a name with a prefix a meaning of its own.
    const whole = requested.trim().toLowerCase();
    const name = this.#find(whole) === undefined ? plainName(whole) : whole;
    const direct = this.#find(name);
    if (direct !== undefined) return { model: direct, isAlias: direct.id !== name };
    const { base, ...wishes } = splitSuffixes(name);
    const model = this.#find(base) ?? this.#findByPattern(base);
    if (model === undefined) throw this.#notFound(requested, name);
    return { model, isAlias: model.id !== base, ...wishes };
  }

  #find(name: string): CatalogueModel | undefined {
    return this.#byId.get(name) ?? this.#byId.get(this.aliases.get(name) ?? '');
  }

  #findByPattern(name: string): CatalogueModel | undefined {
    for (const [pattern, id] of this.aliases) {
      if (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))) return this.#byId.get(id);
    }
    return undefined;
  }

  #notFound(requested: string, name: string): PlantainError {
    const shown = requested.slice(0, 100);
    const retired = shipped.retired.find((entry) => entry.id === name);
    if (retired !== undefined) {
      const message = `The model '${shown}' was shut down on ${retired.shutdownOn}. Use '${retired.successor}' instead.`;
      return new PlantainError('model_not_found', message, { param: 'model' });
    }
    const near = nearestName(
      name,
      [...this.#byId.keys(), ...this.aliases.keys()].filter((known) => !known.endsWith('*')),
    );
    const hint =
      near === undefined ? 'GET /v1/models lists the models served here.' : `Did you mean '${near}'?`;
    return new PlantainError(
      'model_not_found',
      `The model '${shown}' does not exist or is not served here. ${hint}`,
      { param: 'model' },
    );
  }
}

/** What makes no sense in the operator's changes. `problem` follows the name of what stands at `path`. */
export interface CatalogueFault {
  readonly path: readonly string[];
  readonly problem: string;
}

/** The operator's changes make no catalogue. */
export class CatalogueError extends Error {
  readonly faults: readonly CatalogueFault[];

  constructor(faults: readonly CatalogueFault[]) {
    super(faults.map(({ path, problem }) => `${path.join('.')} ${problem}.`).join(' '));
    this.name = 'CatalogueError';
    this.faults = faults;
  }
}

/** Builds the catalogue from the shipped data and the operator's changes. Throws CatalogueError with every fault. */
export function loadCatalogue(changes: CatalogueChanges = {}): ModelCatalogue {
  const faults: CatalogueFault[] = [];
  const entries = new Map<string, KnownEntry>(
    shipped.models.map((entry) => [entry.id, known(entry as ModelEntry)]),
  );
  for (const id of namedModels(changes)) {
    const entry = foreignEntries.get(id);
    if (entry !== undefined) entries.set(id, entry);
  }
  for (const [id, change] of Object.entries(changes.models ?? {})) {
    const { extends: parentId, ...fields } = change;
    const parent = entries.get(parentId ?? id) ?? foreignEntries.get(parentId ?? '');
    if (parent !== undefined) entries.set(id, { ...parent, ...fields, id });
    else if (parentId !== undefined) faults.push(unknownModel(['models', id, 'extends'], parentId));
    else
      faults.push({ path: ['models', id], problem: 'is a new model and needs `extends: <a known model>`' });
    if (fields.pixelTable !== undefined && !pixelTables.has(fields.pixelTable)) {
      const problem = `names "${fields.pixelTable}", which is no pixel table`;
      faults.push({ path: ['models', id, 'pixelTable'], problem });
    }
  }
  const isModel = (id: string): boolean => entries.has(id) || Object.hasOwn(changes.models ?? {}, id);
  for (const [alias, id] of Object.entries(changes.aliases ?? {})) {
    if (!isModel(id)) faults.push(unknownModel(['aliases', alias], id));
  }
  for (const [name, ids] of Object.entries(changes.fallbacks ?? {})) {
    const isName =
      isModel(name) || Object.hasOwn(shipped.aliases, name) || Object.hasOwn(changes.aliases ?? {}, name);
    if (!isName) faults.push(unknownModel(['fallbacks'], name));
    for (const id of ids.filter((one) => !isModel(one))) faults.push(unknownModel(['fallbacks', name], id));
  }
  const dated = Object.entries(foreign.aliases).filter(([, id]) => entries.has(id));
  const aliases = new Map([
    ...[...Object.entries(shipped.aliases), ...dated].filter(([alias]) => !entries.has(alias)),
    ...Object.entries(changes.aliases ?? {}),
  ]);
  const defaultModel = changes.defaultModel ?? defaultModelId;
  if (!isModel(defaultModel) && !aliases.has(defaultModel)) {
    faults.push(unknownModel(['defaultModel'], defaultModel));
  }
  if (faults.length > 0) throw new CatalogueError(faults);
  // A successor that no upstream has is none.
  const all = [...entries.values()].map((entry) =>
    entry.foreign !== undefined && !entries.has(entry.successor ?? '')
      ? { ...entry, successor: null }
      : entry,
  );
  const fallbacks = new Map(Object.entries(changes.fallbacks ?? {}));
  return new ModelCatalogue(all.map(toModel), aliases, defaultModel, fallbacks);
}

/** Ids that upstreams of other kinds than Gemini's have. */
function namedModels({ upstreams = [] }: CatalogueChanges): string[] {
  return upstreams
    .filter(({ kind }) => kind === 'openai-compatible')
    .flatMap(({ models = [] }) => (Array.isArray(models) ? models : Object.keys(models)));
}

function unknownModel(path: readonly string[], id: string): CatalogueFault {
  return { path, problem: `names "${id}", which is not in the model catalogue` };
}

function known(entry: ModelEntry): KnownEntry {
  return { ...entry, listedAs: entry.id };
}

function toModel({
  pixelTable,
  listedAs,
  microUsdPerMillionTokens: own,
  ...entry
}: KnownEntry): CatalogueModel {
  const table = pixelTables.get(pixelTable);
  const pixels: Partial<Record<ImageSize, Partial<Record<AspectRatio, PixelSize>>>> = {};
  for (const imageSize of entry.imageSizes) {
    const row: Partial<Record<AspectRatio, PixelSize>> = {};
    for (const aspectRatio of entry.aspectRatios) {
      const [widthPx, heightPx] = table?.[imageSize]?.[aspectRatio]?.split('x').map(Number) ?? [];
      if (widthPx !== undefined && heightPx !== undefined) row[aspectRatio] = { widthPx, heightPx };
    }
    pixels[imageSize] = row;
  }
  const listed = listedPrices(listedAs);
  return { ...entry, pixels, prices: own === undefined ? listed : ownPrices(own, listed) };
}

function plainName(whole: string): string {
  let name = whole.replace(resource, '');
  while (prefixes.test(name)) name = name.replace(prefixes, '');
  return name.replace(/:image$/, '');
}

/** Splits `-16x9`, `-4k` and `-16x9-4k` (either order) off a name; anything else stays part of it. */
function splitSuffixes(name: string): { base: string; aspectRatio?: AspectRatio; imageSize?: ImageSize } {
  let base = name;
  let aspectRatio: AspectRatio | undefined;
  let imageSize: ImageSize | undefined;
  for (let round = 0; round < 2; round++) {
    const [, stem, ending] = /^(.+)-(\d{1,2}x\d{1,2}|512|[124]k)$/.exec(base) ?? [];
    if (stem === undefined || ending === undefined) break;
    const ratio = aspectRatios.find((known) => known === ending.replace('x', ':'));
    const size = imageSizes.find((known) => known === ending.toUpperCase());
    if (ratio !== undefined && aspectRatio === undefined) aspectRatio = ratio;
    else if (size !== undefined && imageSize === undefined) imageSize = size;
    else break;
    base = stem;
  }
  return { base, ...(aspectRatio && { aspectRatio }), ...(imageSize && { imageSize }) };
}
