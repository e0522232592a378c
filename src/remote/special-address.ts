import { isIP } from 'node:net';

/** An address as its number, its family's width in bits beside it. */
interface AddressNumber {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

interface Network extends AddressNumber {
  readonly prefix: number;
}

/**
 * IANA's IPv4 special-purpose registry, multicast and the future range, and one address outside any registry
 * that answers from inside a cloud: Azure's wire server.
 */
const specialIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
].map(parseNetwork);

/** Unicast addresses of the public internet are all in here (IANA's IPv6 address space registry). */
const globalUnicast = parseNetwork('2000::/3');

/**
 * The special parts of it: protocol assignments with Teredo, ORCHID and benchmarking; documentation; 6to4,
 * which carries any IPv4 address inside; AS112. Translation (`64:ff9b::/96`, `64:ff9b:1::/48`), unique local,
 * link and site local, multicast, loopback and the rest lie outside `2000::/3` and need no entry.
 */
const specialIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'].map(
  parseNetwork,
);

const ipv4Mapped = parseNetwork('::ffff:0:0/96');

/**
 * Whether a connection to `address` could reach something that is not the public internet: this machine, its
 * network, a cloud's metadata service, or an IPv4 address hidden in an IPv6 one. Addresses that cannot be
 * read are special too. `address` is what a resolver or a socket reports, without brackets.
 */
export function isSpecialAddress(address: string): boolean {
  const parsed = parseAddress(address);
  if (parsed === undefined) return true;
  if (parsed.bits === 32) return specialIpv4.some((network) => contains(network, parsed));
  if (contains(ipv4Mapped, parsed)) {
    const embedded: AddressNumber = { value: parsed.value & 0xffff_ffffn, bits: 32 };
    return specialIpv4.some((network) => contains(network, embedded));
  }
  return !contains(globalUnicast, parsed) || specialIpv6.some((network) => contains(network, parsed));
}

function contains(network: Network, address: AddressNumber): boolean {
  const shift = BigInt(network.bits - network.prefix);
  return network.bits === address.bits && network.value >> shift === address.value >> shift;
}

function parseNetwork(text: string): Network {
  const [address = '', prefix = ''] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new RangeError(`${text} is not a network.`);
  return { ...parsed, prefix: Number(prefix) };
}

function parseAddress(address: string): AddressNumber | undefined {
  const family = isIP(address);
  if (family === 4) return { value: BigInt(ipv4Number(address)), bits: 32 };
  // A zone (`fe80::1%eth0`) only exists for addresses that never leave the link.
  if (family !== 6 || address.includes('%')) return undefined;
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return {
    value: [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) | BigInt(group), 0n),
    bits: 128,
  };
}

/** `2001:db8` → two groups; a dotted tail (`ffff:10.0.0.1`) counts as two. */
function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const number = ipv4Number(part);
    return [Math.floor(number / 0x1_0000), number % 0x1_0000];
  });
}

function ipv4Number(dotted: string): number {
  return dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
