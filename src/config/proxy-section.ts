import { section } from './settings.ts';
import { hosts, proxyUrl } from './value-kinds.ts';

/** The proxies that every call out goes through. */
export const proxySection = () =>
  section({
    https: proxyUrl()
      .optional()
      .meta({
        description:
          'Proxy for calls to addresses that begin with https. This machine itself is always called directly.',
        defaultText: 'none',
        alsoEnv: ['HTTPS_PROXY', 'https_proxy'],
      }),
    http: proxyUrl()
      .optional()
      .meta({
        description: 'Proxy for calls to addresses that begin with http.',
        defaultText: 'none',
        alsoEnv: ['HTTP_PROXY', 'http_proxy'],
      }),
    bypass: hosts()
      .default([])
      .meta({
        description: 'Hosts, domains, addresses and ranges that are called without a proxy; * for all.',
        defaultText: 'none',
        alsoEnv: ['NO_PROXY', 'no_proxy'],
      }),
  });
