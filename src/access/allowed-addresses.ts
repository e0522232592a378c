import { BlockList, isIP } from 'node:net';

const known = new Map<string, BlockList>();
/** Lists remembered; more than the keys with lists that are in use at a time. */
const maxKnown = 1000;

/** Whether a key with this list may be used from an address. One that cannot be read is not on any list. */
export function isAllowedAddress(list: readonly string[], address: string): boolean {
  // A socket that speaks both protocols writes IPv4 addresses as IPv6 ones.
  const [withoutZone = ''] = address.split('%', 1);
  const plain = withoutZone.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(plain);
  return family !== 0 && blockListOf(list).check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a text is an address or a network, `10.0.0.0/8` or `2001:db8::/32`. */
export function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function blockListOf(list: readonly string[]): BlockList {
  const name = list.join(' ');
  const before = known.get(name);
  if (before !== undefined) return before;
  const made = new BlockList();
  for (const entry of list.filter(isAddressOrNetwork)) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) made.addAddress(address, family);
    else made.addSubnet(address, Number(bits), family);
  }
  if (known.size >= maxKnown) known.clear();
  known.set(name, made);
  return made;
}
