import { expect, test } from 'vitest';
import { bareHostname, parseReferenceUrl } from './reference-url.ts';

const ports = [80, 443];
const hostOf = (text: string) => {
  const parsed = parseReferenceUrl(text, ports, []);
  return 'url' in parsed ? bareHostname(parsed.url) : parsed.problem;
};

test.each([
  ['http://2130706433/x.png', '127.0.0.1'],
  ['http://0x7f000001/', '127.0.0.1'],
  ['http://0x7f.1/', '127.0.0.1'],
  ['http://0177.0.0.1/', '127.0.0.1'],
  ['http://127.1/', '127.0.0.1'],
  ['http://127.0.0.1./', '127.0.0.1'],
  ['http://127。0。0。1/', '127.0.0.1'],
  ['http://①②⑦.0.0.1/', '127.0.0.1'],
  ['http://%31%32%37.0.0.1/', '127.0.0.1'],
  ['http://0/', '0.0.0.0'],
  ['http://[::1]/', '::1'],
  ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
  ['http://[0:0:0:0:0:0:0:1]/', '::1'],
  ['http://example.com./x', 'example.com'],
  ['HTTPS://EXAMPLE.com/x', 'example.com'],
  ['https://bücher.example/x.png', 'xn--bcher-kva.example'],
  ['http://example.com\\@127.0.0.1/', 'example.com'],
])('%s is judged as the host %s that it would connect to', (text, host) => {
  expect(hostOf(text)).toBe(host);
});

test.each([
  ['not a url', 'is not a valid URL'],
  ['/relative.png', 'is not a valid URL'],
  ['http://', 'is not a valid URL'],
  ['http://[fe80::1%25eth0]/', 'is not a valid URL'],
  ['http://[fe80::1%eth0]/', 'is not a valid URL'],
  ['http://1.2.3.4.5/', 'is not a valid URL'],
  ['http://256.256.256.256/', 'is not a valid URL'],
  ['http://a b/', 'is not a valid URL'],
  ['file:///etc/passwd', 'is not an http or https URL'],
  ['gopher://x/', 'is not an http or https URL'],
  ['ftp://x/', 'is not an http or https URL'],
  ['javascript:alert(1)', 'is not an http or https URL'],
  ['http://user@example.com/', 'carries a user name or password'],
  ['http://:secret@example.com/', 'carries a user name or password'],
  ['http://example.com@127.0.0.1/', 'carries a user name or password'],
  ['http://example.com:22/', 'uses a port other than 80 and 443'],
  ['https://example.com:8443/', 'uses a port other than 80 and 443'],
  [`http://example.com/${'x'.repeat(9000)}`, 'is longer than 8192 characters'],
])('%s is refused: %s', (text, problem) => {
  expect(hostOf(text)).toBe(problem);
});

test('a trusted origin may use its own port, and only that', () => {
  const trusted = ['http://pictures.internal:9000'];
  expect(parseReferenceUrl('http://pictures.internal:9000/a.png', ports, trusted)).toHaveProperty('url');
  for (const text of [
    'http://pictures.internal:9001/',
    'https://pictures.internal:9000/',
    'http://x.pictures.internal:9000/',
  ]) {
    expect(parseReferenceUrl(text, ports, trusted)).toHaveProperty('problem');
  }
});
