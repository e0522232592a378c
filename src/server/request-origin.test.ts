import type { FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { requestOrigin } from './request-origin.ts';

interface Asked {
  readonly host?: string | undefined;
  /** What a trusted proxy says. */
  readonly forwardedHost?: string;
  readonly url?: string;
  readonly protocol?: string;
  readonly httpVersion?: string;
  readonly rawHeaders?: readonly string[];
  readonly socket?: { readonly localAddress?: string; readonly localPort?: number };
}

function originOf({ host, forwardedHost, url = '/', protocol = 'http', ...more }: Asked): string {
  const { httpVersion = '1.1', rawHeaders = ['Host', host ?? ''], socket = {} } = more;
  const raw = { rawHeaders, headers: { host }, httpVersion, socket };
  const request = { raw, protocol, host: forwardedHost ?? host ?? '', originalUrl: url };
  return requestOrigin(request as unknown as FastifyRequest);
}

const malformed = expect.objectContaining({ code: 'malformed_request' });

describe('requestOrigin', () => {
  test.each([
    ['example.org'],
    ['example.org:8080'],
    ['EXAMPLE.org'],
    ['127.0.0.1:4747'],
    ['[2001:DB8::1]'],
    ['[::1]:4747'],
    ['under_score.example'],
    ['a'.repeat(255)],
    ['example.org.'],
    ['a-b.example:1'],
    ['xn--bcher-kva.example'],
    ['[0:0:0:0:0:0:0:1]:4747'],
  ])('%s is an address, as the client wrote it', (host) => {
    expect(originOf({ host })).toBe(`http://${host}`);
    expect(originOf({ host, protocol: 'https' })).toBe(`https://${host}`);
  });

  test.each([
    ['a.b/c'],
    ['a b'],
    ['user@a.b'],
    ['a.b?'],
    ['a.b#'],
    ['"a.b"'],
    ['<a.b>'],
    ['a.b\r\nx: y'],
    ['\na.b'],
    ['a.b:'],
    ['a.b:x'],
    ['a.b:123456'],
    ['a.b:99999'],
    ['a.b:80:80'],
    ['a.b:0'],
    ['a.b:00000'],
    ['..'],
    ['.a'],
    ['a..b'],
    ['1'],
    ['0x7f.1'],
    ['127.1'],
    ['256.0.0.1'],
    ['b\u00fccher.example'],
    ['%61.example'],
    ['*'],
    ['[::1'],
    ['::1'],
    ['[::1]x'],
    ['x[::1]'],
    ['[not:hex]'],
    ['a'.repeat(256)],
    ['a..b:1', 'ftp'],
    ['a.b', 'javascript'],
    ['a.b', ''],
    ['a.b', 'httpss'],
    ['a.b', 'wss'],
    ['a.b', 'ws'],
    ['a.b', 'https,http'],
    ['a.b', 'https:'],
  ])('%j is none, and never gets into a link (%s)', (host, protocol = 'http') => {
    expect(() => originOf({ host, protocol })).toThrow(malformed);
  });

  test.each([[['Host', 'a', 'Host', 'a']], [['host', 'a', 'X', 'y', 'HOST', 'b']]])(
    'two of them are refused: %j',
    (rawHeaders) => {
      expect(() => originOf({ host: 'a', rawHeaders })).toThrow(
        expect.objectContaining({ message: expect.stringContaining('more than one') as string }),
      );
    },
  );

  test('a value that reads like the header’s name is none', () => {
    expect(originOf({ host: 'a', rawHeaders: ['Host', 'a', 'X', 'host'] })).toBe('http://a');
  });

  test.each([[undefined], ['']])(
    'a request without one (%j) is refused, unless it is of HTTP/1.0',
    (host) => {
      expect(() => originOf({ host, rawHeaders: [] })).toThrow(malformed);
      const reached = (localAddress: string) =>
        originOf({ host, rawHeaders: [], httpVersion: '1.0', socket: { localAddress, localPort: 4747 } });
      expect(reached('10.0.0.1')).toBe('http://10.0.0.1:4747');
      expect(reached('::1')).toBe('http://[::1]:4747');
      expect(reached('::ffff:10.0.0.1')).toBe('http://10.0.0.1:4747');
      expect(originOf({ host, rawHeaders: [], httpVersion: '1.0' })).toBe('http://127.0.0.1:80');
    },
  );

  test('a scheme is the same in any letter case', () => {
    expect(originOf({ host: 'a.b', protocol: 'HTTPS' })).toBe('https://a.b');
  });

  test('a whole address in the request line is what the client used, whatever its Host header says', () => {
    const url = 'https://good.example:8443/v1/images/generations';
    expect(originOf({ host: 'other.example', url })).toBe('https://good.example:8443');
    expect(originOf({ host: 'a', url: 'HTTP://GOOD?x' })).toBe('http://GOOD');
    for (const bad of ['http://user@good/', 'http://a b/', 'http://good:99999/', 'http://1/'])
      expect(() => originOf({ host: 'a', url: bad })).toThrow(malformed);
    expect(() => originOf({ url, rawHeaders: [] })).toThrow(malformed);
  });

  test('an address that the path or the query speaks of is not the one in front', () => {
    for (const url of ['/?next=http://evil.example/', '/http://evil.example/', '/x?https://evil.example'])
      expect(originOf({ host: 'example.org', url })).toBe('http://example.org');
  });

  test('what a trusted proxy says counts more than both', () => {
    const asked = { host: 'inner', forwardedHost: 'outer.example', protocol: 'https' };
    expect(originOf(asked)).toBe('https://outer.example');
    expect(originOf({ ...asked, url: 'http://inner/x' })).toBe('https://outer.example');
    expect(originOf({ host: 'inner', protocol: 'https', url: 'http://inner/x' })).toBe('https://inner');
    expect(() => originOf({ ...asked, forwardedHost: 'a/b' })).toThrow(malformed);
  });
});
