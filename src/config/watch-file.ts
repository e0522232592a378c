import { stat } from 'node:fs/promises';

/**
 * Calls when a file has changed and then kept still for one look, so that one which is being written is not read half.
 * It is looked at, not listened to: that sees a file that an editor or a deployment put in its place, a link of
 * Kubernetes that points elsewhere, and changes on network file systems and mounts, all alike.
 */
export class FileWatch {
  readonly #file: string;
  readonly #onChange: () => void;
  #known: string | undefined;
  #seen: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string, onChange: () => void) {
    this.#file = file;
    this.#onChange = onChange;
  }

  /** Looks now, and now and then from here on. The timer keeps no process alive. */
  start(intervalMs: number): void {
    void this.look();
    this.#timer = setInterval(() => void this.look(), intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One look. The first only learns how the file is. Never rejects. */
  async look(): Promise<void> {
    const now = await signatureOf(this.#file);
    this.#known ??= now;
    const isStill = now === this.#seen;
    this.#seen = now;
    if (!isStill || now === this.#known) return;
    this.#known = now;
    this.#onChange();
  }
}

/** What changes with a file's bytes; links are followed. */
async function signatureOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return 'not there';
  }
}
