import type { Config } from '../config/config-schema.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Upstream } from '../journey/upstream.ts';
import type { PoolMember } from '../routing/pool-member.ts';
import { type MoreHeaders, openUpstreams } from './upstreams.ts';

/** Upstreams for a configuration that is not in force yet. */
export interface OpenedUpstreams {
  readonly members: readonly PoolMember[];
  /** Those that were not there before. */
  readonly added: readonly Upstream[];
  /** Puts them in force; what is not among them any more, and so is to be closed. */
  take(): readonly Upstream[];
}

/** The upstreams that are open, by what they were opened with: one that a new configuration asks for as it is stays open. */
export class KeptUpstreams {
  #open: ReadonlyMap<string, Upstream> = new Map();
  readonly #moreHeaders: MoreHeaders | undefined;

  /** `moreHeaders`: of every call, as it is made. */
  constructor(moreHeaders?: MoreHeaders) {
    this.#moreHeaders = moreHeaders;
  }

  get all(): readonly Upstream[] {
    return [...this.#open.values()];
  }

  /** Opens what is not open yet. When that fails, what was opened is closed again and nothing has changed. */
  async open(config: Config, models: readonly CatalogueModel[]): Promise<OpenedUpstreams> {
    const wanted = new Map<string, Upstream>();
    const added: Upstream[] = [];
    let members: readonly PoolMember[];
    try {
      const openOrKeep = async (key: string, open: () => Promise<Upstream>): Promise<Upstream> => {
        const kept = this.#open.get(key);
        const upstream = kept ?? (await open());
        if (kept === undefined) added.push(upstream);
        wanted.set(key, upstream);
        return upstream;
      };
      members = await openUpstreams({ config, models, moreHeaders: this.#moreHeaders }, openOrKeep);
    } catch (error) {
      await Promise.allSettled(added.map((upstream) => upstream.close()));
      throw error;
    }
    return {
      members,
      added,
      take: () => {
        const before = this.#open;
        this.#open = wanted;
        return [...before].filter(([key]) => !wanted.has(key)).map(([, upstream]) => upstream);
      },
    };
  }
}
