import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { answerBrokenRequest, refuseExpectation, refuseTunnel } from './broken-request.ts';

function fakeSocket(state: { readonly destroyed?: boolean; readonly writable?: boolean } = {}) {
  const written: Buffer[] = [];
  const socket = {
    destroyed: false,
    writable: true,
    ...state,
    write: (piece: string | Buffer) => written.push(Buffer.from(piece)),
    destroy: vi.fn(),
    destroySoon: vi.fn(),
  };
  const text = (): string => Buffer.concat(written).toString();
  return { socket, text };
}

function answerTo(code: string, state: Parameters<typeof fakeSocket>[0] = {}) {
  const { socket, text } = fakeSocket(state);
  answerBrokenRequest(Object.assign(new Error(code), { code }), socket as unknown as Socket);
  return { socket, text: text() };
}

describe('bytes that never became a request', () => {
  test.each([
    ['HPE_HEADER_OVERFLOW', 431, 'headers_too_large'],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'request_timeout'],
    ['HPE_INVALID_METHOD', 400, 'malformed_request'],
  ])('%s: answered with %s in the frame of errors, and the connection is closed', (code, status, told) => {
    const { socket, text } = answerTo(code);
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const [first, ...lines] = head.split('\r\n');
    // Some clients show nothing of an answer but its reason.
    expect(first).toMatch(new RegExp(`^HTTP/1.1 ${status} \\S`));
    const headers = Object.fromEntries(lines.map((line) => line.split(': ') as [string, string]));
    expect(headers).toMatchObject({ connection: 'close', 'content-length': String(Buffer.byteLength(body)) });
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(body)).toMatchObject({ error: { code: told } });
    expect([socket.destroySoon.mock.calls.length, socket.destroy.mock.calls.length]).toEqual([1, 0]);
  });

  test.each([
    ['ECONNRESET', {}],
    ['HPE_INVALID_METHOD', { destroyed: true }],
    ['HPE_INVALID_METHOD', { writable: false }],
  ])('%s %o: nobody is there to read an answer, and nothing of the connection stays', (code, state) => {
    const { socket, text } = answerTo(code, state);
    expect([text, socket.destroy.mock.calls.length]).toEqual(['', 1]);
  });
});

test('a tunnel is refused in the frame of errors, the connection is closed, and one that breaks harms nobody', () => {
  const { socket, text } = fakeSocket();
  const listeners = new Map<string, () => void>();
  Object.assign(socket, { on: (event: string, listener: () => void) => listeners.set(event, listener) });
  refuseTunnel({} as IncomingMessage, socket as unknown as Socket);
  expect(text()).toMatch(/^HTTP\/1\.1 405 [^]*allow: GET, HEAD, POST\r\n[^]*"code":"method_not_allowed"/);
  expect(socket.destroySoon.mock.calls.length).toBe(1);
  listeners.get('error')?.();
  expect(socket.destroy.mock.calls.length).toBe(1);
});

test('an expectation that is not known is refused in the frame of errors, and the connection is closed', () => {
  const written: Buffer[] = [];
  const writeHead = vi.fn();
  const end = vi.fn();
  const response = { writeHead, end, write: (piece: Buffer) => written.push(piece) };
  refuseExpectation({} as Parameters<typeof refuseExpectation>[0], response as unknown as ServerResponse);
  expect(writeHead).toHaveBeenCalledExactlyOnceWith(
    417,
    expect.stringMatching(/./) as string,
    expect.objectContaining({ connection: 'close' }),
  );
  expect(JSON.parse(Buffer.concat(written).toString())).toMatchObject({
    error: { code: 'expectation_failed' },
  });
  expect(end).toHaveBeenCalledTimes(1);
});
