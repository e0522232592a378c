import { BlockList, isIP } from 'node:net';

/** The proxies for calls out, as the environment variables of the same names give them. */
export interface ProxySettings {
  /** `HTTPS_PROXY`: for addresses that begin with https. */
  readonly https?: string | undefined;
  /** `HTTP_PROXY`: for addresses that begin with http. */
  readonly http?: string | undefined;
  /** `NO_PROXY`: hosts, domains, addresses and ranges that are called directly; `*` for all. */
  readonly bypass: readonly string[];
}

/** The proxy that leads to an address; undefined when it is called directly, as this machine itself always is. */
export function proxyFor(target: URL, { https, http, bypass }: ProxySettings): string | undefined {
  const proxy = target.protocol === 'https:' ? https : target.protocol === 'http:' ? http : undefined;
  if (proxy === undefined) return undefined;
  const host = target.hostname
    .replace(/^\[(.+)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
  const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port;
  if (isLoopback(host)) return undefined;
  return bypass.some((entry) => covers(entry.toLowerCase(), host, port)) ? undefined : proxy;
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/** `example.com` and `.example.com` cover the domain and all below it, `*.example.com` what is below it alone. */
function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (/^[^/]+\/\d{1,3}$/.test(entry)) return isInRange(entry, host);
  const [, bracketed, plain, ownPort] =
    /^(?:\[([^\]]+)\]|([^:]+|[^:]*:[^:]*:.*?))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  if (ownPort !== undefined && ownPort !== port) return false;
  const name = bracketed ?? plain ?? entry;
  const domain = name.replace(/^\*?\./, '').replace(/\.$/, '');
  return (host === domain && !name.startsWith('*')) || host.endsWith(`.${domain}`);
}

function isInRange(entry: string, host: string): boolean {
  const [network = '', prefix = ''] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || family !== isIP(host) || Number(prefix) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(network, Number(prefix), type);
  return range.check(host, type);
}

/** An address as it may be shown: what it holds of a user's name and password is left out. */
export const withoutCredentials = (address: string): string =>
  address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1…@');
