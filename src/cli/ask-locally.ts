import { decodeBase64 } from '../bytes/decode-base64.ts';
import type { Config } from '../config/config-schema.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ImageResult } from '../journey/receipt.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { adaptedHeader } from '../openai/images/adapted-header.ts';
import { checkSettings } from './check-settings.ts';
import { CommandError } from './exit-codes.ts';
import { exitCodeOf, orderFailure, type PictureAnswer } from './picture-answer.ts';
import type { PictureMaker } from './picture-maker.ts';

/** Draws with an application in this process: no server, no key, the same journey and the same ledger. */
export async function localPictureMaker(loaded: LoadedConfig): Promise<PictureMaker> {
  checkSettings(loaded);
  const { config, originOf } = loaded;
  // Log lines would drown the one line this command prints, unless they were asked for.
  const isQuiet = originOf(['log', 'level']) === 'default';
  const quiet: Config = isQuiet ? { ...config, log: { ...config.log, level: 'silent' } } : config;
  const { createApp } = await import('../app/lifecycle.ts');
  const app = await createApp(quiet);
  return {
    label: `drawing (${app.upstreamName})`,
    ask: ({ operation, body, images, mask }, signal) =>
      app
        .runOrder({
          body: { ...body, response_format: 'b64_json' },
          signal,
          // Their presence makes it an edit.
          ...(operation === 'edit' ? { images } : {}),
          ...(mask === undefined ? {} : { mask: mask.bytes }),
        })
        .then(toAnswer, refuse),
    fetchLink: () => Promise.reject(new CommandError('the picture was stored instead of sent.')),
    close: () => app.drain(),
  };
}

function toAnswer({ order, images, upstream, costMicroUsd, adaptations }: ImageResult): PictureAnswer {
  return {
    pictures: images.map(({ image }) => ({ bytes: decodeBase64(image.base64) })),
    upstream,
    costMicroUsd,
    adapted: adaptedHeader(adaptations),
    requestId: order.id,
  };
}

function refuse(error: unknown): never {
  if (!(error instanceof PlantainError)) throw error;
  // A caller of a server is sent to its log; here the log is silent and its reader is the caller.
  const cause = error.code === 'internal_error' && error.cause instanceof Error ? error.cause.message : '';
  throw orderFailure(
    cause === '' ? error.message : cause,
    undefined,
    exitCodeOf(error.entry.status, error.entry),
  );
}
