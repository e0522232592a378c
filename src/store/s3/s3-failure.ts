import { PlantainError } from '../../kernel/plantain-error.ts';

/** What an object store answered instead of doing it, or why it did not answer. Names no key and no address: it is logged. */
export class S3Failure extends Error {
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  /** The store's own word, such as `AccessDenied`, or the system's, such as `ECONNREFUSED`. */
  readonly code: string;

  constructor(status: number | undefined, code: string) {
    super(
      status === undefined
        ? `The object store did not answer: ${code}.`
        : `The object store answered ${status}${code === '' ? '' : ` ${code}`}.`,
    );
    this.name = 'S3Failure';
    this.status = status;
    this.code = code;
  }

  /** Whether the same request may succeed in a moment. A time-out has cost its time already, and is not waited for again. */
  get isPassing(): boolean {
    if (this.status === undefined) return this.code !== timedOut;
    return [408, 429, 500, 502, 503, 504].includes(this.status);
  }

  /** Whether what was asked for is not there. A bucket or a user that is not there is another matter. */
  get isAbsence(): boolean {
    return this.status === 404 && ['', 'NoSuchKey', 'NoSuchUpload'].includes(this.code);
  }
}

/** Of a request that was not answered in time. */
export const timedOut = 'ETIMEDOUT';

/** As AWS, MinIO, Ceph and Garage call it. */
const fullCodes = ['QuotaExceeded', 'XMinioStorageFull', 'InsufficientStorage', 'StorageFull'];

const cureOfPictures = 'Ask with response_format b64_json to get the picture in the answer itself.';

/** The catalogue's error for a failure of the store; anything else, such as the caller's leaving, as it was thrown. */
export function toStoreError(thrown: unknown, cure = cureOfPictures): unknown {
  if (!(thrown instanceof S3Failure)) return thrown;
  if (thrown.status === 507 || fullCodes.includes(thrown.code))
    return new PlantainError('storage_full', `The store for pictures is full. ${cure}`, { cause: thrown });
  return new PlantainError(
    'picture_store_unavailable',
    `The store for pictures cannot be used at the moment. ${cure}`,
    { cause: thrown },
  );
}

/** Undefined when the object is not there, or is not any more; other failures as `toStoreError` tells them. */
export async function absentIfMissing<Value>(
  work: Promise<Value>,
  cure?: string,
): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof S3Failure && error.isAbsence) return undefined;
    throw toStoreError(error, cure);
  }
}
