/** The exchange itself broke: no connection, a reset, silence, or bytes that are no HTTP. `cause` is what broke it. */
export class TransportError extends Error {
  /** The system's code, such as ECONNREFUSED, or the HTTP client's, such as HEADERS_TIMEOUT; empty when there is none. */
  readonly code: string;

  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'TransportError';
    this.code = codeOf(cause);
  }
}

/** Why an answer does not come, in the words of undici's codes. */
export type ConnectionErrorCode =
  | 'CONNECT_TIMEOUT'
  | 'HEADERS_TIMEOUT'
  | 'BODY_TIMEOUT'
  /** The other side closed the connection. */
  | 'SOCKET'
  /** What came is no answer of HTTP/1.1. */
  | 'HTTP_PARSER'
  /** We closed the connection. */
  | 'DESTROYED';

/** What a `TransportError` is about where it is nothing of the system's. */
export class ConnectionError extends Error {
  readonly code: ConnectionErrorCode;

  constructor(code: ConnectionErrorCode, message: string) {
    super(message);
    this.name = 'ConnectionError';
    this.code = code;
  }
}

/** The other side closed the connection, where more was to come. */
export const closedByPeer = (): ConnectionError =>
  new ConnectionError('SOCKET', 'The other side closed the connection.');

function codeOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  // Undici's have a prefix.
  if (code !== undefined) return code.replace(/^UND_ERR_/, '');
  return error instanceof AggregateError && error.errors[0] instanceof Error ? codeOf(error.errors[0]) : '';
}
