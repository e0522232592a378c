import { PlantainError } from '../../kernel/plantain-error.ts';

/** What keeps a SQLite file from being used, in words that follow "the database". */
export type StorageTrouble =
  | 'is on a full disk'
  | 'is locked by another program'
  | 'may not be written'
  | 'is damaged'
  | 'cannot be reached';

/**
 * SQLite's result codes that are about the file and not about the statement (https://sqlite.org/rescode.html).
 * What is absent here, such as a constraint, is a fault of ours and stays what it is.
 */
const troubleOfCode: ReadonlyMap<number, StorageTrouble> = new Map([
  [3, 'may not be written'],
  [5, 'is locked by another program'],
  [6, 'is locked by another program'],
  [7, 'cannot be reached'],
  [8, 'may not be written'],
  [10, 'cannot be reached'],
  [11, 'is damaged'],
  [13, 'is on a full disk'],
  [14, 'cannot be reached'],
  [15, 'is locked by another program'],
  [22, 'cannot be reached'],
  [23, 'may not be written'],
  [26, 'is damaged'],
  // SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow.
  [4874, 'is on a full disk'],
]);
const retryAfterSeconds = 5;

/** Why the file cannot be used; undefined when it can, and something else is wrong. */
export function storageTrouble(thrown: unknown): StorageTrouble | undefined {
  if (thrown instanceof PlantainError) return storageTrouble(thrown.cause);
  const code = thrown instanceof Error && 'errcode' in thrown ? Number(thrown.errcode) : Number.NaN;
  // An extended code carries the plain one in its lowest byte.
  return troubleOfCode.get(code) ?? troubleOfCode.get(code & 0xff);
}

/** The catalogue's error where the file is the reason; anything else as it was thrown. */
export function toStorageError(thrown: unknown): unknown {
  if (thrown instanceof PlantainError) return thrown;
  const trouble = storageTrouble(thrown);
  if (trouble === undefined) return thrown;
  if (trouble === 'is on a full disk') {
    const message =
      'The disk of the server is full, so it can record nothing more. Its operator has to make room.';
    return new PlantainError('storage_full', message, { cause: thrown });
  }
  const cure = trouble === 'is locked by another program' ? 'Try again in a moment.' : 'Tell its operator.';
  const message = `The database of the server ${trouble}. ${cure}`;
  return new PlantainError('storage_unavailable', message, { cause: thrown, retryAfterSeconds });
}
