import type { ImageAnswer } from '../journey/image-answer.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { writeError } from '../openai/shared/write-error.ts';
import type { ConsoleFiles } from './console-files.ts';
import { isLocalRequest } from './is-local-request.ts';
import type { Route, RouteRequest } from './routes.ts';

export interface ConsoleRoutesOptions {
  readonly files: ConsoleFiles;
  readonly isServed: () => boolean;
  /** What the sign-in page calls the identity provider; undefined: there is none. */
  readonly providerName: () => string | undefined;
  /** Whether others than this machine may come. */
  readonly isOpenToOthers: () => boolean;
}

/** Where the console is, below the address of the server. */
const consoleRoot = '/console';

/**
 * What a browser may do with the console's pages: run their own script and nothing else, in no frame, with no text ever
 * turned into script.
 */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** The console: one page for all its routes, and the files that it refers to. */
export function consoleRoutes(options: ConsoleRoutesOptions): Route[] {
  const { files } = options;
  const route = (path: string, answer: (request: RouteRequest) => Promise<ImageAnswer>): Route => ({
    method: 'GET',
    path,
    auth: 'none',
    writeError,
    described: { path: undefined, operations: {} },
    handle: async (request) => {
      if (!options.isServed())
        throw new PlantainError('unknown_url', 'The console is switched off here: console.enabled is false.');
      if (!isLocalRequest(request.raw) && !options.isOpenToOthers()) throw closed();
      return answer(request);
    },
  });
  return [
    route(consoleRoot, async () => ({
      status: 308,
      headers: { location: `${consoleRoot.slice(1)}/`, ...pageHeaders },
      body: { kind: 'whole', pieces: [] },
    })),
    route(`${consoleRoot}/*`, async ({ raw, params }) => {
      const rest = params['*'] ?? '';
      if (rest.startsWith('assets/')) {
        const file = await files.asset(rest, raw.headers['accept-encoding']);
        if (file === undefined) throw new PlantainError('unknown_url', 'The console has no such file.');
        return {
          status: 200,
          headers: {
            'content-type': file.contentType,
            'cache-control': 'public, max-age=31536000, immutable',
            vary: 'accept-encoding',
            ...(file.coding !== undefined && { 'content-encoding': file.coding }),
            ...pageHeaders,
          },
          body: { kind: 'whole', pieces: [file.bytes] },
        };
      }
      const page = await files.page(documentOf(rest));
      if (page === undefined) return notBuilt();
      // Relative, so that the page also works below a path that a proxy adds and takes away.
      const base = '../'.repeat(rest.split('/').length - 1);
      const name = options.providerName();
      const meta = name === undefined ? '' : `<meta name="plantain-provider" content="${name}" />`;
      return html(
        page.replace('<base href="./" />', () => `<base href="${base === '' ? './' : base}" />${meta}`),
      );
    }),
  ];
}

/** What the build calls the document of an address: by the place in the menu, and whether it is one thing of it. */
function documentOf(rest: string): string | undefined {
  if (rest === '') return 'studio';
  const [, place, one] = /^([a-z]+)(\/[^/]+)?$/.exec(rest) ?? [];
  return one === undefined ? place : `${place}.one`;
}

/** `text` has nothing in it that a stranger wrote. */
function html(text: string): ImageAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', ...pageHeaders },
    body: { kind: 'whole', pieces: [Buffer.from(text)] },
  };
}

function notBuilt(): ImageAnswer {
  const text =
    'The console is not built yet. In a checkout, `npm run build:web` builds it in a second or two; `npm start` does so by itself. The API works without it.\n';
  return {
    status: 503,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...pageHeaders },
    body: { kind: 'whole', pieces: [Buffer.from(text)] },
  };
}

function closed(): PlantainError {
  const message =
    'The console answers this machine alone, because the operator set no admin secret. Set PLANTAIN_ADMIN_SECRET to open it to others.';
  return new PlantainError('admin_api_closed', message);
}
