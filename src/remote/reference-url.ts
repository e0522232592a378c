/** An address that may be looked at further, or what is wrong with its text. */
export type ReferenceUrl = { readonly url: URL } | { readonly problem: string };

const maxUrlLength = 8192;

/**
 * Judges an address by its text alone. The WHATWG parser has by then turned decimal, octal and hexadecimal
 * hosts into plain IPv4, other scripts into punycode, and refused zones, so that what is checked later is
 * what would be connected to.
 *
 * `trustedOrigins` (`https://host:port`, exactly) may use any port.
 */
export function parseReferenceUrl(
  text: string,
  allowedPorts: readonly number[],
  trustedOrigins: readonly string[],
  base?: URL,
): ReferenceUrl {
  if (text.length > maxUrlLength) return { problem: `is longer than ${maxUrlLength} characters` };
  const url = URL.parse(text, base?.href);
  if (url === null) return { problem: 'is not a valid URL' };
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { problem: 'is not an http or https URL' };
  if (url.username !== '' || url.password !== '') return { problem: 'carries a user name or password' };
  const port = portOf(url);
  if (!allowedPorts.includes(port) && !trustedOrigins.includes(url.origin)) {
    return { problem: `uses a port other than ${allowedPorts.join(' and ')}` };
  }
  // One dot at the end names the same host, but would not match its certificate.
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  return { url };
}

/** The host as a resolver takes it: IPv6 without its brackets. */
export function bareHostname(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}
