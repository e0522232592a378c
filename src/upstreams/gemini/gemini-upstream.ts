import { crc32 } from 'node:zlib';
import type { CatalogueModel } from '../../journey/catalogue-model.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import type { PassedAnswer, PassWish } from '../../journey/pass-wish.ts';
import type { DrawWish, KeyCheck, Upstream, UpstreamAnswer } from '../../journey/upstream.ts';
import { apiKeyCredentials } from '../credentials/credentials.ts';
import { type ApiRoot, apiRoot } from './api-root.ts';
import { GoogleService, type GoogleServiceOptions, type MakeRequest } from './google-service.ts';
import { generateRequest, type ModelPlace, passRequest } from './request.ts';

export interface GeminiUpstreamOptions extends Omit<GoogleServiceOptions, 'credentials' | 'project'> {
  /** Origin and optional path; see `apiRoot` for what may stand in it. */
  readonly baseUrl: string;
  readonly apiVersion: string;
  readonly apiKey: string;
  /** Header that tells the sandbox which of a prompt's pictures it draws, so that they differ. Google gets none. */
  readonly variationHeader?: string;
}

/** The Gemini API as an upstream, authorised by an API key. */
export class GeminiUpstream implements Upstream {
  readonly name: string;
  readonly #options: GeminiUpstreamOptions;
  readonly #service: GoogleService;
  readonly #root: ApiRoot;

  constructor(options: GeminiUpstreamOptions) {
    this.name = options.name;
    this.#options = options;
    this.#root = apiRoot(options.baseUrl, options.apiVersion);
    const credentials = apiKeyCredentials(options.apiKey);
    this.#service = new GoogleService({ ...options, credentials, project: undefined });
  }

  draw(wish: DrawWish, scope: OrderScope): Promise<UpstreamAnswer> {
    return this.#service.draw(wish, scope, this.#request(wish));
  }

  pass(wish: PassWish, scope: OrderScope): Promise<PassedAnswer> {
    return this.#service.pass(wish, scope, passRequest(wish, this.#placeOf(wish.model)));
  }

  checkKey(signal: AbortSignal): Promise<KeyCheck> {
    const { origin, path } = this.#root;
    return this.#service.checkKey(
      () => ({ origin, path: `${path}/models?pageSize=1`, method: 'GET' }),
      signal,
    );
  }

  connections() {
    return this.#service.connections();
  }

  async close(): Promise<void> {
    await this.#service.close();
  }

  #request(wish: DrawWish): MakeRequest {
    const { variationHeader } = this.#options;
    const headers = variationHeader === undefined ? {} : { [variationHeader]: variationOf(wish) };
    return generateRequest(wish, this.#placeOf(wish.model), headers);
  }

  #placeOf({ id }: CatalogueModel): ModelPlace {
    const { origin, path } = this.#root;
    return {
      origin,
      modelPath: `${path}/models/${encodeURIComponent(this.#options.modelNames?.get(id) ?? id)}`,
    };
  }
}

/** One word for what makes this picture another than the others of its prompt; what the caller wrote stays here. */
function variationOf({ index, variation }: DrawWish): string {
  return variation === undefined ? String(index) : `${index}-${crc32(variation)}`;
}
