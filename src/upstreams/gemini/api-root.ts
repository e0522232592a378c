const version = /^v\d+(?:(?:alpha|beta)\d*)?$/i;

/** Where an API's methods are: `{origin}{path}/models/…`. */
export interface ApiRoot {
  readonly origin: string;
  /** With the version, without a slash at its end. */
  readonly path: string;
}

/**
 * Folds what people paste as an address: one that already ends in the version, in `/models` or in OpenAI's branch below
 * the version, and doubled slashes (docs/contracts/gemini.md#endpoints-and-keys). A version in the address is meant.
 */
export function apiRoot(baseUrl: string, apiVersion: string): ApiRoot {
  const { origin, pathname } = new URL(baseUrl);
  const segments = pathname.split('/').filter((segment) => segment !== '');
  const models = segments.lastIndexOf('models');
  if (version.test(segments[models - 1] ?? '')) segments.length = models;
  if (segments.at(-1) === 'openai' && version.test(segments.at(-2) ?? '')) segments.pop();
  const end = segments.findLastIndex((segment) => !version.test(segment)) + 1;
  return { origin, path: ['', ...segments.slice(0, end), segments[end] ?? apiVersion].join('/') };
}
