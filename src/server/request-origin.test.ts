import type { FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { requestOrigin } from './request-origin.ts';

interface Asked {
  readonly host?: string | undefined;
  readonly protocol?: string;
  readonly httpVersion?: string;
  readonly rawHeaders?: readonly string[];
  readonly socket?: { readonly localAddress?: string; readonly localPort?: number };
}

function originOf({ host, protocol = 'http', httpVersion = '1.1', rawHeaders, socket = {} }: Asked): string {
  const raw = { rawHeaders: rawHeaders ?? ['Host', host ?? ''], httpVersion, socket };
  return requestOrigin({ raw, protocol, host } as unknown as FastifyRequest);
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
      expect(originOf({ host, rawHeaders: [], httpVersion: '1.0' })).toBe('http://127.0.0.1:80');
    },
  );
});
