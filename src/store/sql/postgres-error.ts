import { PlantainError } from '../../kernel/plantain-error.ts';

/** Classes of SQLSTATE that say that the database cannot be used now, and may work again later. */
const passingClasses = new Set(['08', '53', '57']);
/** The same of single codes: a serialization failure, a deadlock, a lock that did not come free, a connection that was idle too long. */
const passingCodes = new Set(['40001', '40P01', '55P03', '25P03']);
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
]);
/** What the client itself says, without a code, when a connection breaks or an answer does not come. */
const clientMessage =
  /connection terminated|connection error|timeout|not queryable|client was closed|ended by the other side/i;
const retryAfterSeconds = 5;

/** The catalogue's error where PostgreSQL cannot be reached or asks to be asked again; anything else as it was thrown. */
export function toPostgresError(thrown: unknown): unknown {
  if (thrown instanceof PlantainError || !(thrown instanceof Error)) return thrown;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  if (code === '53100') {
    const message =
      'The disk of the database is full, so it can record nothing more. Its operator has to make room.';
    return new PlantainError('storage_full', message, { cause: thrown });
  }
  const isState = /^[0-9A-Z]{5}$/.test(code) && !networkCodes.has(code);
  const isPassing = isState
    ? passingCodes.has(code) || passingClasses.has(code.slice(0, 2))
    : networkCodes.has(code) || (code === '' && clientMessage.test(thrown.message));
  if (!isPassing) return thrown;
  return unreachable(thrown);
}

export function unreachable(cause: Error): PlantainError {
  const message = 'The database of the server cannot be reached. Try again in a moment.';
  return new PlantainError('storage_unavailable', message, { cause, retryAfterSeconds });
}
