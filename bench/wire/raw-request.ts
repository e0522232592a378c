/** A request as a target wants it; the load generator sends it as it is. */
export interface RawRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** The bytes of a request, keep-alive. */
export function requestBytes({ method, path, headers, body }: RawRequest, port: number): Buffer {
  const all: Record<string, string> = {
    host: `127.0.0.1:${port}`,
    ...headers,
    ...(body !== undefined && { 'content-length': String(body.length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  return body === undefined ? head : Buffer.concat([head, body]);
}

export function jsonRequest(
  path: string,
  document: unknown,
  headers: Readonly<Record<string, string>> = {},
): RawRequest {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(document)),
  };
}
