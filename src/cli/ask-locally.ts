import type { Config } from '../config/config-schema.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { PictureMaker } from './picture-maker.ts';
import { checkSettings } from './check-settings.ts';
import { CommandError } from './exit-codes.ts';

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
      app.runOrder(
        { ...body, response_format: 'b64_json' },
        {
          signal,
          // Their presence makes it an edit.
          ...(operation === 'edit' ? { images } : {}),
          ...(mask === undefined ? {} : { mask: mask.bytes }),
        },
      ),
    fetchLink: () => Promise.reject(new CommandError('the picture was stored instead of sent.')),
    close: () => app.drain(),
  };
}
