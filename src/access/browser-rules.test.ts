import { expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { checkBrowser, isPrivate } from './browser-rules.ts';

const own = { publicUrl: undefined, hosts: [] };

/** The origin that a request is taken to be seen under, or what is refused of it. */
function seen(request: Partial<Parameters<typeof checkBrowser>[0]> = {}, addresses: object = {}): string {
  const given = { headers: {}, origin: 'http://localhost:4747', isAct: false, method: 'GET', ...request };
  try {
    return checkBrowser(given, { ...own, ...addresses });
  } catch (error) {
    if (!(error instanceof PlantainError)) throw error;
    expect(error.code).toBe('origin_refused');
    return /this request's (.*) is not one of theirs/.exec(error.message)?.[1] ?? '';
  }
}

test.each([
  ['http://localhost', {}],
  ['http://LOCALHOST:1', {}],
  ['http://pictures.localhost', {}],
  ['http://192.0.2.7:4747', {}],
  ['http://[2001:db8::1]:4747', {}],
  ['https://pictures.example', { publicUrl: 'https://pictures.example/console' }],
  ['http://inner.example:4747', { hosts: ['other.example', 'Inner.Example'] }],
])('%s is a host of ours', (origin, addresses) => {
  expect(seen({ origin }, addresses)).toBe(origin);
});

test.each([
  ['http://evil.example', {}, 'host evil.example'],
  ['http://notlocalhost:1', {}, 'host notlocalhost:1'],
  ['https://evil.example', { publicUrl: 'https://pictures.example' }, 'host evil.example'],
  ['http://x.inner.example', { hosts: ['inner.example'] }, 'host x.inner.example'],
])('%s is none, and is told', (origin, addresses, told) => {
  expect(seen({ origin }, addresses)).toBe(told);
});

const post = { isAct: true, method: 'POST', origin: 'http://localhost:4747' };
const json = { 'content-type': 'application/json' };

test('whoever acts comes from a page of this very origin, or as the browser itself says, from the same', () => {
  const acting = (headers: object) => seen({ ...post, headers: { ...json, ...headers } });
  expect(acting({ origin: 'http://localhost:4747' })).toBe('http://localhost:4747');
  expect(acting({ origin: 'http://localhost:4748' })).toBe('origin http://localhost:4748');
  expect(acting({ origin: 'null', 'sec-fetch-site': 'same-origin' })).toBe('origin null');
  expect(acting({ 'sec-fetch-site': 'same-origin' })).toBe('http://localhost:4747');
  expect(acting({ 'sec-fetch-site': 'same-site' })).toBe('origin unknown');
  expect(acting({})).toBe('origin unknown');
  expect(seen({ headers: { origin: 'http://evil.example' } })).toBe('http://localhost:4747');
  expect(acting({ origin: 'x'.repeat(300) })).toBe(`origin ${'x'.repeat(113)}`);
});

test('behind a proxy the page may be of the public address, and that is the origin seen', () => {
  const publicUrl = 'https://pictures.example';
  const headers = { ...json, origin: publicUrl };
  expect(seen({ ...post, headers }, { publicUrl })).toBe(publicUrl);
  expect(seen({ ...post, headers: { ...json, origin: post.origin } }, { publicUrl })).toBe(post.origin);
});

test('a body is one that no form can send', () => {
  const sent = (type: string | undefined, method = 'POST') =>
    seen({
      ...post,
      method,
      headers: { origin: post.origin, ...(type !== undefined && { 'content-type': type }) },
    });
  for (const type of ['application/json', 'Application/JSON ; charset=utf-8', 'application/json;x'])
    expect(sent(type)).toBe(post.origin);
  for (const type of ['text/plain', 'application/jsonx', 'text/plain; application/json', undefined])
    expect(sent(type)).toBe('content type');
  expect(sent(undefined, 'GET')).toBe(post.origin);
});

test('private is what goes by https, or does not leave the machine', () => {
  const urls = [
    'https://a.example',
    'http://localhost:1',
    'http://a.localhost',
    'http://127.9.9.9',
    'http://[::1]:1',
  ];
  expect(urls.map(isPrivate)).toEqual([true, true, true, true, true]);
  const open = [
    'http://a.example',
    'http://localhost.example',
    'http://xlocalhost',
    'http://128.0.0.1',
    'http://[::2]',
  ];
  expect(open.map(isPrivate)).toEqual([false, false, false, false, false]);
});
