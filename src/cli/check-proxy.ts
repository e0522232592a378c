import { type Config, usesSandbox } from '../config/config-schema.ts';
import { proxyFor, withoutCredentials } from '../kernel/proxy-for.ts';
import type { Finding } from './doctor-report.ts';

/** Through which proxy the upstream is called; nothing to tell where no proxy is configured. */
export function checkProxy(config: Config): readonly Finding[] {
  const { gemini, proxy, remoteReferences } = config;
  const given = [proxy.https, proxy.http].filter((address) => address !== undefined).map(withoutCredentials);
  if (given.length === 0) return [];
  const list = [...new Set(given)].join(' and ');
  const links = remoteReferences ? '; links to pictures are fetched through it by address' : '';
  if (usesSandbox(config))
    return [{ check: 'proxy', state: 'ok', detail: `${list}; the sandbox needs none${links}` }];
  const used = proxyFor(new URL(gemini.baseUrl), proxy);
  const detail =
    used === undefined
      ? `${list}, but ${gemini.baseUrl} is called directly`
      : `${gemini.baseUrl} is called through ${withoutCredentials(used)}`;
  return [{ check: 'proxy', state: 'ok', detail: `${detail}${links}` }];
}
