import { existsSync } from 'node:fs';
import { decodeBase64 } from '../bytes/decode-base64.ts';
import type { LocalOrder } from '../app/local-order.ts';
import type { Config } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import { upstreamsOf } from '../config/upstream-list.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { ImageResult } from '../journey/receipt.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { adaptedHeader } from '../openai/images/adapted-header.ts';
import { checkSettings } from './check-settings.ts';
import { keyNameOf } from './check-upstream.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { exitCodeOf, orderFailure, type PictureAnswer } from './picture-answer.ts';
import type { OrderPreview, PictureMaker, PictureRequest } from './picture-maker.ts';

/** Draws with an application in this process: no server, no key, the same journey and the same ledger. */
export async function localPictureMaker(loaded: LoadedConfig): Promise<PictureMaker> {
  checkSettings(loaded);
  const { config, originOf } = loaded;
  // Log lines would drown the one line this command prints, unless they were asked for.
  const isQuiet = originOf(['log', 'level']) === 'default';
  const quiet: Config = isQuiet ? { ...config, log: { ...config.log, level: 'silent' } } : config;
  const { createApp } = await import('../app/lifecycle.ts');
  const app = await createApp(quiet, ledgerOf(loaded));
  const toOrder = ({ operation, body, images, mask }: PictureRequest, signal: AbortSignal): LocalOrder => ({
    body: { ...body, response_format: 'b64_json' },
    signal,
    // Their presence makes it an edit.
    ...(operation === 'edit' ? { images } : {}),
    ...(mask === undefined ? {} : { mask: mask.bytes }),
  });
  return {
    label: `drawing (${app.upstreamNames.join(', ')})`,
    ask: (request, signal) => app.runOrder(toOrder(request, signal)).then(toAnswer, refuse(loaded)),
    preview: (request, signal) => app.dryRun(toOrder(request, signal)).then(toPreview, refuse(loaded)),
    fetchLink: () => Promise.reject(new CommandError('the picture was stored instead of sent.')),
    close: () => app.drain(),
  };
}

/**
 * Where the order is written down: in the configured database, or in the data folder, if it is there or was named. A
 * picture drawn in passing leaves no folder behind.
 */
function ledgerOf({ config, originOf }: LoadedConfig): { readonly databaseFile?: string } {
  if (config.database.url !== undefined) return {};
  const file = databasePath(config);
  return { databaseFile: originOf(['dataDir']) !== 'default' || existsSync(file) ? file : ':memory:' };
}

function toPreview({ headers, body }: ImageAnswer): OrderPreview {
  const text = body.kind === 'whole' ? body.pieces.map((piece) => piece.toString('utf8')).join('') : '{}';
  return {
    document: JSON.parse(text) as OrderPreview['document'],
    adapted: headers['plantain-adapted'],
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

const refuse =
  (loaded: LoadedConfig) =>
  (error: unknown): never => {
    if (!(error instanceof PlantainError)) throw error;
    // A server's caller is told that its operator has to act. Here the two are one.
    if (error.code === 'upstream_auth_error') {
      const reason = typeof error.cause === 'string' ? `: ${error.cause}` : '.';
      throw new CommandError(
        `${upstreamsOf(loaded.config)
          .map(({ name, address }) => `${keyNameOf(loaded, name)}: ${address}`)
          .join(', ')} does not accept this key${reason}`,
        exitCodes.usage,
        error,
      );
    }
    // A caller of a server is sent to its log; here the log is silent and its reader is the caller.
    const cause = error.code === 'internal_error' && error.cause instanceof Error ? error.cause.message : '';
    throw orderFailure(
      cause === '' ? error.message : cause,
      undefined,
      exitCodeOf(error.entry.status, error.entry),
    );
  };
