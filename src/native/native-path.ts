import { PlantainError } from '../kernel/plantain-error.ts';

/** What a path of Gemini's API asks for. */
export type NativeCall =
  | {
      readonly name: 'generateContent' | 'streamGenerateContent' | 'countTokens' | 'predict';
      readonly version: string;
      readonly model: string;
    }
  | { readonly name: 'list-models' }
  | { readonly name: 'get-model'; readonly version: string; readonly model: string }
  | { readonly name: 'upload' }
  | { readonly name: 'list-files' }
  | { readonly name: 'get-file' | 'delete-file' | 'download-file'; readonly file: string };

const modelCall =
  /^\/(v1(?:alpha|beta1?)?)\/(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/google\/)?models\/([^:]+)(?::(\w+))?$/;
const fileCall = /^\/v1(?:alpha|beta1?)?\/files(?:\/([^/:]+)(:download)?)?$/;
const uploadCall = /^\/upload\/v1(?:alpha|beta1?)?\/files$/;
const modelList = /^\/v1(?:alpha|beta1?)?\/models$/;
const methods = ['generateContent', 'streamGenerateContent', 'countTokens', 'predict'] as const;

/** Understands a path in its canonical spelling, as `server/native-url.ts` makes it. Throws `unknown_url` in words that help. */
export function nativeCall(method: string, path: string): NativeCall {
  const plain = decoded(path);
  const verb = method === 'HEAD' ? 'GET' : method;
  const [, modelVersion = '', model = '', action] = modelCall.exec(plain) ?? [];
  if (model !== '') {
    const name = methods.find((known) => known === action);
    if (verb === 'POST' && name !== undefined) return { name, version: modelVersion, model };
    if (verb === 'GET' && action === undefined) return { name: 'get-model', version: modelVersion, model };
    throw notServed(method, action === undefined ? 'models' : `models:${action}`);
  }
  if (verb === 'GET' && modelList.test(plain)) return { name: 'list-models' };
  if ((verb === 'POST' || verb === 'PUT') && uploadCall.test(plain)) return { name: 'upload' };
  const file = fileCall.exec(plain);
  if (file !== null) {
    const [, id = '', download] = file;
    if (verb === 'GET' && id === '') return { name: 'list-files' };
    if (verb === 'GET') return { name: download === undefined ? 'get-file' : 'download-file', file: id };
    if (verb === 'DELETE' && id !== '' && download === undefined) return { name: 'delete-file', file: id };
  }
  throw notServed(method, plain.split('/').find((part) => part !== '' && !/^v\d/.test(part)) ?? '');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function notServed(method: string, what: string): PlantainError {
  const named = what.replaceAll(/[^\w:.-]/g, '').slice(0, 60);
  return new PlantainError(
    'unknown_url',
    `Method not found. This server passes on generateContent, streamGenerateContent and countTokens, translates predict, lists models and keeps files; ${method} ${named} is not served.`,
  );
}
