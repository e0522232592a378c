import type { OrderScope } from '../../journey/order-scope.ts';
import type { PassedAnswer, PassWish } from '../../journey/pass-wish.ts';
import type { DrawWish, KeyCheck, Upstream, UpstreamAnswer } from '../../journey/upstream.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { GoogleService, type GoogleServiceOptions } from '../gemini/google-service.ts';
import { generateRequest, passRequest } from '../gemini/request.ts';
import { ModelPlaces, type VertexPlace } from './model-place.ts';

export interface VertexUpstreamOptions extends GoogleServiceOptions, VertexPlace {
  /** Of the catalogue: the one whose tokens are counted, free of charge, to learn whether the credentials are good. */
  readonly checkedModelId: string;
}

/** The most of one picture inside a request (docs/contracts/gemini.md#vertex). */
const maxInlineBytes = 7 * 1024 * 1024;

/** Google's models at Vertex AI, in a project's name or, in express mode, by an API key alone. */
export class VertexUpstream implements Upstream {
  readonly name: string;
  readonly #options: VertexUpstreamOptions;
  readonly #service: GoogleService;
  readonly #places: ModelPlaces;

  constructor(options: VertexUpstreamOptions) {
    this.name = options.name;
    this.#options = options;
    this.#places = new ModelPlaces(options);
    this.#service = new GoogleService(options);
  }

  async draw(wish: DrawWish, scope: OrderScope): Promise<UpstreamAnswer> {
    return await this.#service.draw(
      wish,
      scope,
      generateRequest(wish, this.#places.of(this.#modelName(wish.model.id))),
    );
  }

  pass(wish: PassWish, scope: OrderScope): Promise<PassedAnswer> {
    const place = this.#places.of(this.#modelName(wish.model.id));
    return this.#service.pass(wish, scope, passRequest(wish, place));
  }

  /** Vertex takes smaller pictures than the Gemini API does. */
  unfitFor({ references }: Pick<DrawWish, 'references'>): PlantainError | undefined {
    const large = references.find(({ base64 }) => base64.byteLength > maxInlineBytes);
    if (large === undefined) return undefined;
    const { sentAs, base64 } = large;
    const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
    const message = `${sentAs?.title ?? 'A picture'} has ${megabytes(base64.byteLength)}, and this model is served with at most ${megabytes(maxInlineBytes)} a picture. Send a smaller one.`;
    return new PlantainError('upstream_rejected', message, { param: sentAs?.param ?? 'image' });
  }

  checkKey(signal: AbortSignal): Promise<KeyCheck> {
    const { origin, modelPath } = this.#places.of(this.#modelName(this.#options.checkedModelId));
    const body = Buffer.from('{"contents":[{"role":"user","parts":[{"text":"a"}]}]}');
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    const path = `${modelPath}:countTokens`;
    return this.#service.checkKey(() => ({ origin, path, method: 'POST', headers, body }), signal);
  }

  connections() {
    return this.#service.connections();
  }

  async close(): Promise<void> {
    await this.#service.close();
  }

  #modelName(id: string): string {
    return this.#options.modelNames?.get(id) ?? id;
  }
}
