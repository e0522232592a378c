import { expect, test } from 'vitest';
import { proxyFor, withoutCredentials } from './proxy-for.ts';

const proxies = { https: 'http://secure:3128', http: 'http://plain:3128' };
const through = (target: string, ...bypass: string[]) => proxyFor(new URL(target), { ...proxies, bypass });

test('the scheme of what is called decides, and without a proxy for it the call is direct', () => {
  expect(through('https://a.example')).toBe(proxies.https);
  expect(through('http://a.example')).toBe(proxies.http);
  expect(proxyFor(new URL('https://a.example'), { http: proxies.http, bypass: [] })).toBeUndefined();
});

test.each([
  'http://localhost:1',
  'http://x.localhost',
  'https://127.0.0.1',
  'http://127.9.9.9:80',
  'http://[::1]:5',
])('%s is this machine, and called directly', (target) => expect(through(target)).toBeUndefined());

test.each([
  ['https://a.example', '*', true],
  ['https://a.example', 'a.example', true],
  ['https://b.a.example', 'a.example', true],
  ['https://b.a.example', '.a.example', true],
  ['https://a.example', '.a.example', true],
  ['https://ba.example', 'a.example', false],
  ['https://a.example', '*.a.example', false],
  ['https://b.a.example', '*.a.example', true],
  ['https://A.Example.', 'a.EXAMPLE', true],
  ['https://a.example', 'a.example:443', true],
  ['https://a.example', 'a.example:8443', false],
  ['http://a.example:8080', 'a.example:8080', true],
  ['http://10.1.2.3', '10.0.0.0/8', true],
  ['http://11.1.2.3', '10.0.0.0/8', false],
  ['http://10.1.2.3', '10.1.2.3', true],
  ['http://[fd00::5]', 'fd00::/8', true],
  ['http://[fd00::5]:81', '[fd00::5]:81', true],
  ['http://[fd00::5]', 'fd00::5', true],
  ['http://a.example', '10.0.0.0/99', false],
])('%s with NO_PROXY=%s is called directly: %s', (target, entry, isDirect) => {
  expect(through(target, 'other.test', entry) === undefined).toBe(isDirect);
});

test('a proxy is shown without its password', () => {
  expect(withoutCredentials('http://me:secret@proxy:3128/')).toBe('http://…@proxy:3128/');
  expect(withoutCredentials('http://proxy:3128')).toBe('http://proxy:3128');
});
