import type { Clock } from '../../kernel/clock.ts';
import type { KeptFile } from './file-shelf.ts';

/**
 * Which files lie on the shelf, by their owners. One whose time is over is not found any more, and its name is free; it
 * stays known until its bytes are gone.
 */
export class FileIndex {
  readonly #clock: Clock;
  /** By owner, the oldest first. */
  readonly #byKey = new Map<string, Set<KeptFile>>();

  constructor(clock: Clock, files: Iterable<KeptFile>) {
    this.#clock = clock;
    for (const file of files) this.add(file);
  }

  /** An owner's files, the oldest first. */
  of(keyId: string): readonly KeptFile[] {
    return [...(this.#byKey.get(keyId) ?? [])].filter((file) => !this.#isOver(file));
  }

  /** An owner's file of that name. */
  find(keyId: string, name: string): KeptFile | undefined {
    return this.of(keyId).find((file) => file.name === name);
  }

  /** Files of all owners whose time is over. */
  over(): readonly KeptFile[] {
    return [...this.#byKey.values()].flatMap((files) => [...files].filter((file) => this.#isOver(file)));
  }

  add(file: KeptFile): void {
    const files = this.#byKey.get(file.keyId) ?? new Set();
    this.#byKey.set(file.keyId, files.add(file));
  }

  forget(file: KeptFile): void {
    const files = this.#byKey.get(file.keyId);
    files?.delete(file);
    if (files?.size === 0) this.#byKey.delete(file.keyId);
  }

  #isOver({ expiresAtMs }: KeptFile): boolean {
    return expiresAtMs <= this.#clock.nowMs();
  }
}
