import type { Profile } from './profile.ts';

export interface AddressOptions {
  /** As the operator gave it. */
  readonly baseUrl: string;
  readonly apiVersion?: string | undefined;
}

/** Where a server's methods are. */
export interface ApiAddress {
  readonly origin: string;
  /** Where a method is, for a model of that name. */
  readonly pathOf: (method: string, model: string) => string;
  /** Whether the path names the model, and the body need not. */
  readonly namesModel: boolean;
}

/** An address that ends in a version, or in the branch that some have for OpenAI's clients, is meant as it is. */
const complete = /\/(?:v\d+\w*|openai)$/i;
const dated = /^\d{4}-\d{2}-\d{2}/;

/**
 * Folds what people paste as an address: with or without `/v1`, or with the method behind it. Azure has two forms: below
 * `/openai/v1` the body names the deployment; with a dated `api_version` the path does
 * (docs/contracts/openai-upstreams.md#azure).
 */
export function apiAddress({ baseUrl, apiVersion }: AddressOptions, profile: Profile): ApiAddress {
  const { origin, pathname } = new URL(baseUrl);
  const path = pathname
    .replaceAll(/\/{2,}/g, '/')
    .replace(/\/images\/(?:generations|edits)$/, '')
    .replace(/\/$/, '');
  if (!profile.hasDeployments) {
    const root = complete.test(path) ? path : `${path}/v1`;
    return { origin, pathOf: (method) => `${root}/${method}`, namesModel: false };
  }
  const resource = path.replace(/\/openai(?:\/v1|\/deployments(?:\/[^/]+)?)?$/, '');
  const query = `?api-version=${encodeURIComponent(apiVersion ?? 'v1')}`;
  if (apiVersion === undefined || !dated.test(apiVersion))
    return { origin, pathOf: (method) => `${resource}/openai/v1/${method}${query}`, namesModel: false };
  const pathOf = (method: string, model: string): string =>
    method === 'models'
      ? `${resource}/openai/models${query}`
      : `${resource}/openai/deployments/${encodeURIComponent(model)}/${method}${query}`;
  return { origin, pathOf, namesModel: true };
}
