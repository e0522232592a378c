import type { Config } from '../config/config-schema.ts';
import { upstreamsOf, usesSandbox } from '../config/upstream-list.ts';
import { proxyFor, withoutCredentials } from '../kernel/proxy-for.ts';
import type { Finding } from './doctor-report.ts';

/** Through which proxy the upstream is called; nothing to tell where no proxy is configured. */
export function checkProxy(config: Config): readonly Finding[] {
  const { proxy, remoteReferences } = config;
  const given = [proxy.https, proxy.http].filter((address) => address !== undefined).map(withoutCredentials);
  if (given.length === 0) return [];
  const list = [...new Set(given)].join(' and ');
  const links = remoteReferences ? '; links to pictures are fetched through it by address' : '';
  if (usesSandbox(config))
    return [{ check: 'proxy', state: 'ok', detail: `${list}; the sandbox needs none${links}` }];
  const ways = upstreamsOf(config)
    .filter(({ address, proxy: own }) => address !== '' && own === undefined)
    .map(({ address }) => {
      const used = proxyFor(new URL(address), proxy);
      return used === undefined
        ? `${list}, but ${address} is called directly`
        : `${address} is called through ${withoutCredentials(used)}`;
    });
  const detail = ways.length === 0 ? list : [...new Set(ways)].join('; ');
  return [{ check: 'proxy', state: 'ok', detail: `${detail}${links}` }];
}
