import { badRequest, GoogleError } from './google-error.ts';

export type ApiVersion = 'v1' | 'v1beta';

export type Route =
  | { readonly name: 'list'; readonly version: ApiVersion }
  | { readonly name: 'get'; readonly version: ApiVersion; readonly modelId: string }
  | {
      readonly name: 'generateContent' | 'streamGenerateContent' | 'countTokens';
      readonly version: ApiVersion;
      readonly modelId: string;
    };

/** Parameters that Google takes on every route. */
const systemParameters = new Set(
  'key alt $alt fields $fields prettyPrint $prettyPrint quotaUser callback $callback access_token oauth_token uploadType upload_protocol upload_type $.xgafv'.split(
    ' ',
  ),
);
const listParameters = new Set(['pageSize', 'page_size', 'pageToken', 'page_token']);

/** Finds the route of a path; an encoded model id is decoded. Throws Google's 404. */
export function findRoute(method: string, pathname: string): Route {
  const [, version, rest = ''] = /^\/(v1|v1beta)\/models(?:\/(.+))?$/.exec(decode(pathname)) ?? [];
  if (version === 'v1' || version === 'v1beta') {
    const [, modelId = '', action] = /^([^/:]+)(?::(\w+))?$/.exec(rest) ?? [];
    if (method === 'GET' && rest === '') return { name: 'list', version };
    if (method === 'GET' && modelId !== '' && action === undefined) return { name: 'get', version, modelId };
    const generates =
      action === 'generateContent' || action === 'streamGenerateContent' || action === 'countTokens';
    if (method === 'POST' && generates) return { name: action, version, modelId };
  }
  throw new GoogleError('NOT_FOUND', 'Method not found.');
}

/** Refuses query parameters that the route cannot bind, as Google does. */
export function checkQuery(route: Route, query: URLSearchParams): void {
  for (const name of query.keys()) {
    if (systemParameters.has(name) || (route.name === 'list' && listParameters.has(name))) continue;
    const description = `Invalid JSON payload received. Unknown name ${JSON.stringify(name)}: Cannot bind query parameter. Field '${name}' could not be found in request message.`;
    throw badRequest([{ field: '', description }]);
  }
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
