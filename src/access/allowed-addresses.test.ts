import { expect, test } from 'vitest';
import { isAddressOrNetwork, isAllowedAddress } from './allowed-addresses.ts';

test('an address is allowed by itself or by its network, however the socket spells it', () => {
  const list = ['10.1.0.0/16', '192.0.2.7', '2001:db8::/32', '::1'];
  for (const address of [
    '10.1.255.1',
    '192.0.2.7',
    '::ffff:192.0.2.7',
    '2001:db8:1::2',
    '::1',
    '0:0:0:0:0:0:0:1',
  ])
    expect([address, isAllowedAddress(list, address)]).toEqual([address, true]);
  for (const address of ['10.2.0.1', '192.0.2.8', '2001:db9::1', '', 'localhost', '10.1.0.0/16'])
    expect([address, isAllowedAddress(list, address)]).toEqual([address, false]);
  expect(isAllowedAddress([], '192.0.2.7')).toBe(false);
});

test('what is no address or network is told from what is', () => {
  for (const text of ['10.0.0.0/8', '0.0.0.0/0', '::/0', 'fe80::1', '192.0.2.1', '2001:db8::/128'])
    expect([text, isAddressOrNetwork(text)]).toEqual([text, true]);
  for (const text of [
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    'host',
    '',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '10.0.0.0/-1',
    '10.0.0.0/8x',
    '10.0.0.0/0x8',
    '10.0.0.0/8.0',
    '10.0.0.0/0008',
  ])
    expect([text, isAddressOrNetwork(text)]).toEqual([text, false]);
});
