import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { Caller } from '../journey/image-order.ts';
import { mayAsk } from '../journey/model-not-allowed.ts';
import { downloadFile } from './files/download-file.ts';
import { fileJson } from './files/file-json.ts';
import { findModel, modelNotFound } from './find-model.ts';
import { modelJson, pageOf } from './list-models.ts';
import type { NativeParts } from './native-parts.ts';
import type { NativeCall } from './native-path.ts';

/** Calls for which nobody else is asked: of models and files. */
export type KnownCall = Extract<
  NativeCall,
  { name: 'list-models' | 'get-model' | 'list-files' | 'get-file' | 'delete-file' | 'download-file' }
>;

export interface KnownParts extends Pick<NativeParts, 'files' | 'resolveModel'> {
  readonly models: readonly CatalogueModel[];
  /** Names of the operator's own for models, which are listed too. */
  readonly aliases: Readonly<Record<string, string>>;
}

/** The rest of a request that says what is asked for. `origin`: of this server, as the client used it. */
interface AskedHow {
  readonly query: URLSearchParams;
  readonly origin: string;
}

/** Answers from what is here: models, as far as the caller's key may ask for them, and the caller's files. */
export async function answerKnown(
  parts: KnownParts,
  call: KnownCall,
  { query, origin }: AskedHow,
  caller: Caller,
): Promise<ImageAnswer> {
  const { files } = parts;
  switch (call.name) {
    case 'list-models':
      return json(pageOf('models', [...listed(parts, caller)], query));
    case 'get-model': {
      const model = findModel(parts, call);
      if (!mayAsk(caller, model.id)) throw modelNotFound(model.id, call.version, 'generateContent');
      return json(modelJson(call.model, model));
    }
    case 'list-files': {
      const entries = (await files.list(caller)).map((file) => fileJson(file, origin));
      return json(pageOf('files', entries, query));
    }
    case 'get-file':
      return json(fileJson(await files.find(caller, call.file), origin));
    case 'delete-file':
      await files.remove(caller, call.file);
      return json({});
    case 'download-file':
      return downloadFile(files, caller, call.file);
  }
}

function* listed(
  { models, aliases, resolveModel }: KnownParts,
  caller: Caller,
): Generator<Record<string, unknown>> {
  const names = Object.keys(aliases).filter((alias) => !alias.endsWith('*'));
  const entries = [
    ...models.map((model) => [model.id, model] as const),
    ...names.map((alias) => [alias, resolveModel(alias).model] as const),
  ];
  // Of another maker's, nobody speaks Gemini's protocol.
  for (const [name, model] of entries)
    if (model.foreign === undefined && mayAsk(caller, model.id)) yield modelJson(name, model);
}

function json(document: unknown): ImageAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: { kind: 'whole', pieces: [Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`)] },
  };
}
