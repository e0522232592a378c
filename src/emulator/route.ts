import { badRequest, GoogleError } from './google-error.ts';

export type ApiVersion = 'v1' | 'v1beta' | 'v1beta1';

/** Of a path of Vertex's: in whose name and where a model is asked; in express mode neither is told. */
export interface VertexScope {
  readonly project: string | undefined;
  readonly location: string;
}

export type Route = {
  readonly version: ApiVersion;
  /** Absent, it is the Gemini API. */
  readonly vertex?: VertexScope;
} & (
  | { readonly name: 'list' }
  | { readonly name: 'get'; readonly modelId: string }
  | {
      readonly name: 'generateContent' | 'streamGenerateContent' | 'countTokens';
      readonly modelId: string;
    }
);

/** Parameters that Google takes on every route. */
const systemParameters = new Set(
  'key alt $alt fields $fields prettyPrint $prettyPrint quotaUser callback $callback access_token oauth_token uploadType upload_protocol upload_type $.xgafv'.split(
    ' ',
  ),
);
const listParameters = new Set(['pageSize', 'page_size', 'pageToken', 'page_token', 'listAllVersions']);

const geminiPath = /^\/(v1|v1beta)\/models(?:\/(.+))?$/;
const vertexPath =
  /^\/(v1|v1beta1)\/(?:projects\/([^/]+)\/locations\/([^/]+)\/)?publishers\/google\/models(?:\/(.+))?$/;

/** Finds the route of a path; an encoded model id is decoded. Throws Google's 404. */
export function findRoute(method: string, pathname: string): Route {
  const path = decode(pathname);
  const [, version, rest = ''] = geminiPath.exec(path) ?? [];
  const [, vertexVersion, project, location = 'global', vertexRest = ''] = vertexPath.exec(path) ?? [];
  const found =
    version !== undefined
      ? routeOf(method, rest, { version: version as ApiVersion })
      : vertexVersion !== undefined
        ? routeOf(method, vertexRest, {
            version: vertexVersion as ApiVersion,
            vertex: { project, location },
          })
        : undefined;
  if (found === undefined) throw new GoogleError('NOT_FOUND', 'Method not found.');
  return found;
}

function routeOf(method: string, rest: string, place: Pick<Route, 'version' | 'vertex'>): Route | undefined {
  const [, modelId = '', action] = /^([^/:]+)(?::(\w+))?$/.exec(rest) ?? [];
  if (method === 'GET' && rest === '') return { name: 'list', ...place };
  if (method === 'GET' && modelId !== '' && action === undefined) return { name: 'get', modelId, ...place };
  const generates =
    action === 'generateContent' || action === 'streamGenerateContent' || action === 'countTokens';
  return method === 'POST' && generates ? { name: action, modelId, ...place } : undefined;
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
