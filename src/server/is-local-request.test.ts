import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { isLocalRequest } from './is-local-request.ts';

const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}): boolean =>
  isLocalRequest({ headers, socket: { remoteAddress } as IncomingMessage['socket'] });

test('this machine is local by each of its own addresses, and nobody else is', () => {
  expect(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'].map((address) => from(address))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(
    ['192.0.2.1', '10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '', undefined].map((address) => from(address)),
  ).toEqual([false, false, false, false, false, false]);
});

test('what a proxy on this machine hands on is not local', () => {
  for (const name of ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'])
    expect([name, from('127.0.0.1', { [name]: '192.0.2.1' })]).toEqual([name, false]);
});
