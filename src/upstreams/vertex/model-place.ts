import { type ApiRoot, apiRoot } from '../gemini/api-root.ts';
import type { ModelPlace } from '../gemini/request.ts';

export interface VertexPlace {
  /** Where the location's service is; a version in it is meant. */
  readonly baseUrl: string;
  readonly apiVersion: string;
  /** Undefined: an API key alone tells (express mode). */
  readonly project: string | undefined;
  readonly location: string;
}

/** Finds the paths of models at Vertex (docs/contracts/gemini.md#vertex). */
export class ModelPlaces {
  readonly #root: ApiRoot;
  readonly #scope: string;

  constructor({ baseUrl, apiVersion, project, location }: VertexPlace) {
    this.#root = apiRoot(baseUrl, apiVersion);
    this.#scope = project === undefined ? '' : `/projects/${project}/locations/${location}`;
  }

  /** `name` is a model's id, or says more: `google/id`, `publishers/…`, `models/id` of the project's own, `projects/…`. */
  of(name: string): ModelPlace {
    const { origin, path } = this.#root;
    return { origin, modelPath: `${path}${encoded(this.#pathOf(name))}` };
  }

  #pathOf(name: string): string {
    if (name.startsWith('projects/')) return `/${name}`;
    if (name.startsWith('publishers/') || name.startsWith('models/')) return `${this.#scope}/${name}`;
    const [first = '', second] = name.split('/');
    const [publisher, id] = second === undefined ? ['google', first] : [first, second];
    return `${this.#scope}/publishers/${publisher}/models/${id}`;
  }
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
