import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSpecialAddress } from './special-address.ts';

/** First and last address of every range, and its public neighbours where it has any. */
const ranges: readonly [name: string, first: string, last: string, ...neighbours: string[]][] = [
  ['this network', '0.0.0.0', '0.255.255.255', '1.0.0.0'],
  ['private 10/8', '10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
  ['carrier NAT', '100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
  ['loopback', '127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
  ['link local and metadata', '169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
  ['private 172.16/12', '172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
  ['protocol assignments', '192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
  ['documentation 1', '192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
  ['AS112 by delegation', '192.31.196.0', '192.31.196.255', '192.31.195.255', '192.31.197.0'],
  ['AMT', '192.52.193.0', '192.52.193.255', '192.52.192.255', '192.52.194.0'],
  ['6to4 relays', '192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
  ['private 192.168/16', '192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
  ['AS112 direct', '192.175.48.0', '192.175.48.255', '192.175.47.255', '192.175.49.0'],
  ['benchmarking', '198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
  ['documentation 2', '198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
  ['documentation 3', '203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
  ['multicast to broadcast', '224.0.0.0', '255.255.255.255', '223.255.255.255'],
  ['Azure wire server', '168.63.129.16', '168.63.129.16', '168.63.129.15', '168.63.129.17'],
  ['unspecified and loopback', '::', '::1'],
  ['IPv4-compatible', '::10.0.0.1', '::255.255.255.255'],
  ['IPv4-mapped private', '::ffff:10.0.0.0', '::ffff:10.255.255.255', '::ffff:9.255.255.255', '::ffff:b00:0'],
  ['IPv4-mapped metadata, in hex', '::ffff:a9fe:a9fe', '::FFFF:A9FE:A9FE', '::ffff:808:808'],
  ['IPv4-translated', '::ffff:0:10.0.0.1', '::ffff:0:8.8.8.8'],
  ['NAT64', '64:ff9b::', '64:ff9b::255.255.255.255'],
  ['local NAT64', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['discard only', '100::', '100::ffff:ffff:ffff:ffff'],
  ['below global unicast', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '1fff::', '2000::', '2000::1'],
  ['Teredo', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  [
    'protocol assignments 6',
    '2001:1::1',
    '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:200::',
    '2000:ffff::',
  ],
  [
    'documentation 6',
    '2001:db8::',
    '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db7:ffff::',
    '2001:db9::',
  ],
  ['6to4 of a private and a public address', '2002:a00:1::', '2002:808:808::1', '2001:ffff::', '2003::'],
  ['AS112 6', '2620:4f:8000::', '2620:4f:8000:ffff:ffff:ffff:ffff:ffff', '2620:4f:7fff::', '2620:4f:8001::'],
  ['documentation 3fff', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', '3ffe:ffff::', '3fff:1000::'],
  ['above global unicast', '4000::', '5f00::1'],
  ['unique local and AWS metadata', 'fc00::', 'fd00:ec2::254'],
  ['link local', 'fe80::', 'febf:ffff::1'],
  ['site local', 'fec0::', 'feff::1'],
  ['multicast 6', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
];

describe.each(ranges)('%s', (_name, first, last, ...neighbours) => {
  test('is special from its first to its last address, and its neighbours are not', () => {
    expect(isSpecialAddress(first)).toBe(true);
    expect(isSpecialAddress(last)).toBe(true);
    for (const neighbour of neighbours)
      expect([neighbour, isSpecialAddress(neighbour)]).toEqual([neighbour, false]);
  });
});

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '93.184.216.34',
  '2606:4700:4700::1111',
  '2a00:1450:4001:82b::200e',
  '2001:4860:4860::8888',
])('%s is public', (address) => {
  expect(isSpecialAddress(address)).toBe(false);
});

test.each([
  '',
  'localhost',
  '127.1',
  '0x7f000001',
  '2130706433',
  '0177.0.0.1',
  '8.8.8.8 ',
  '8.8.8.8.',
  '[::1]',
  '2606:4700::1%eth0',
  'fe80::1%eth0',
  '1:2:3',
  ':::',
  '8.8.8.8/32',
])('%j is no address and therefore special', (address) => {
  expect(isSpecialAddress(address)).toBe(true);
});

test('every spelling of an IPv6 address is judged alike', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 0xffff, 0x2001, 0x2002, 0x64, 0xff9b)), {
        minLength: 8,
        maxLength: 8,
      }),
      (groups) => {
        const long = groups.map((group) => group.toString(16).padStart(4, '0')).join(':');
        const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
        expect(isSpecialAddress(long.toUpperCase())).toBe(isSpecialAddress(short));
      },
    ),
    { numRuns: 2000 },
  );
});

test('an IPv4 address inside an IPv6 one is never safer than by itself', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
      const groups = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
      expect(isSpecialAddress(`::ffff:${address}`)).toBe(isSpecialAddress(address));
      expect(isSpecialAddress(`::ffff:${groups}`)).toBe(isSpecialAddress(address));
      for (const carrier of [
        `64:ff9b::${groups}`,
        `64:ff9b:1::${groups}`,
        `2002:${groups}::1`,
        `::${groups}`,
        `::ffff:0:${groups}`,
        `2001:0:${groups}::1`,
      ]) {
        expect(isSpecialAddress(carrier)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

test('addresses of a range that is special are special, whatever their last bits', () => {
  const prefixes = fc.constantFrom<[number, number, number]>(
    [10, 0, 8],
    [172, 16, 12],
    [192, 168, 16],
    [100, 64, 10],
    [169, 254, 16],
    [127, 0, 8],
    [198, 18, 15],
    [224, 0, 3],
  );
  fc.assert(
    fc.property(prefixes, fc.nat(0xffff_ffff), ([first, second, prefix], random) => {
      const mask = prefix === 32 ? 0 : 0xffff_ffff >>> prefix;
      const value = (((first << 24) | (second << 16)) >>> 0) + ((random & mask) >>> 0);
      expect(
        isSpecialAddress([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.')),
      ).toBe(true);
    }),
  );
});
