import { createHash, type Hash } from 'node:crypto';
import type { Caller } from '../../journey/image-order.ts';
import type { Clock } from '../../kernel/clock.ts';
import { randomBase62 } from '../../kernel/ids.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { invalid } from '../invalid.ts';

const lifetimeMs = 3_600_000;
const maxUnderWay = 1000;
const tokenCharacters = 48;

/** What a caller says of a file before it is sent. */
export interface AnnouncedFile {
  /** With or without `files/` before it. */
  readonly name: string | undefined;
  readonly displayName: string | undefined;
  readonly mimeType: string | undefined;
  readonly statedBytes: number | undefined;
}

/** A file that is being sent. */
export interface Upload {
  /** By which its bytes may be sent, whoever sends them: unguessable. */
  readonly token: string;
  readonly keyId: string;
  readonly announced: AnnouncedFile & { readonly name: string };
  readonly storageId: string;
  readonly hash: Hash;
  /** Past once it was given up. */
  expiresAtMs: number;
  head: Buffer;
  /** Of what is here. */
  sizeBytes: number;
  /** Of what is here and what is being written. */
  countedBytes: number;
  isBusy: boolean;
}

/**
 * The uploads of all callers, each good for an hour. One whose time is over takes nothing more; it stays known until its
 * bytes are gone.
 */
export class Uploads {
  readonly #clock: Clock;
  readonly #byToken = new Map<string, Upload>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins one. Throws `too_many_orders` when too many are under way. */
  begin(keyId: string, announced: Upload['announced']): Upload {
    if (this.underWay().length >= maxUnderWay)
      throw new PlantainError('too_many_orders', 'Too many uploads are under way. Try again in a minute.', {
        retryAfterSeconds: 60,
      });
    const upload: Upload = {
      token: randomBase62(tokenCharacters),
      keyId,
      announced,
      storageId: randomBase62(24),
      hash: createHash('sha256'),
      expiresAtMs: this.#clock.nowMs() + lifetimeMs,
      head: Buffer.alloc(0),
      sizeBytes: 0,
      countedBytes: 0,
      isBusy: false,
    };
    this.keep(upload);
    return upload;
  }

  /** Throws `file_not_accessible` when the token is no good, or is another caller's. */
  find(token: string, caller: Caller | undefined): Upload {
    const upload = this.#byToken.get(token);
    const isForeign = caller !== undefined && caller.keyId !== upload?.keyId;
    if (upload === undefined || this.#isLate(upload) || isForeign)
      throw new PlantainError(
        'file_not_accessible',
        'There is no such upload, or its time is over. Start again.',
      );
    return upload;
  }

  /** The same of one of which no part is on its way. */
  findIdle(token: string, caller: Caller | undefined): Upload {
    const upload = this.find(token, caller);
    if (upload.isBusy) throw invalid('upload_id', 'Another part of this file is being received.');
    return upload;
  }

  /** An upload ends with its time, but not while a part of it is being received. */
  underWay(): readonly Upload[] {
    return [...this.#byToken.values()].filter((upload) => upload.isBusy || !this.#isLate(upload));
  }

  /** Those whose time is over. */
  over(): readonly Upload[] {
    return [...this.#byToken.values()].filter((upload) => !upload.isBusy && this.#isLate(upload));
  }

  keep(upload: Upload): void {
    this.#byToken.set(upload.token, upload);
  }

  forget({ token }: Upload): void {
    this.#byToken.delete(token);
  }

  #isLate({ expiresAtMs }: Upload): boolean {
    return expiresAtMs <= this.#clock.nowMs();
  }
}
