import { section } from './settings.ts';
import { httpUrl, token } from './value-kinds.ts';

/** Which server commands ask, and with what. */
export const clientSection = () =>
  section({
    baseUrl: httpUrl()
      .optional()
      .meta({
        description:
          "Server of OpenAI's Images API that `plantain generate` and `plantain edit` ask; `upstreams` and `reload` ask its admin API.",
        defaultText: 'none: `generate` and `edit` draw in their own process',
        flag: '--base-url',
        alsoEnv: ['PLANTAIN_BASE_URL'],
      }),
    key: token()
      .optional()
      .meta({
        description: 'API key for that server.',
        defaultText: 'none',
        flag: '--key',
        alsoEnv: ['PLANTAIN_API_KEY'],
        secret: true,
      }),
  });
