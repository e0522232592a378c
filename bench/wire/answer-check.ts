import { createHash } from 'node:crypto';
import type { Expectation } from '../load-messages.ts';
import { type HashedString, JsonStringHasher } from './json-string-hasher.ts';

/** What is still to be fetched before an answer counts. */
export interface FollowUp {
  readonly path: string;
}

const maxKeptBytes = 64 * 1024;
const shownBytes = 200;

/** Verifies one answer while it arrives: every byte of its picture goes through the hash. */
export class AnswerCheck {
  readonly #expect: Expectation;
  readonly #samePicture: { sha256?: string };
  readonly #strings: HashedString[] = [];
  readonly #hasher: JsonStringHasher | undefined;
  #status = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #bytes = createHash('sha256');
  /** The body is the picture itself. */
  #hashesBody: boolean;

  /** `samePicture` is shared by all checks of a job: the first picture is what the others must equal. */
  constructor(expect: Expectation, samePicture: { sha256?: string }) {
    this.#expect = expect;
    this.#samePicture = samePicture;
    this.#hashesBody = expect.kind === 'bytes';
    if (expect.kind === 'picture' || expect.kind === 'same-picture') {
      this.#hasher = new JsonStringHasher(expect.key, (found) => this.#strings.push(found));
    }
  }

  onHead(startLine: string): void {
    this.#status = Number(startLine.split(' ')[1]);
  }

  onBody(chunk: Buffer): void {
    if (this.#hashesBody) this.#bytes.update(chunk);
    else this.#hasher?.push(chunk);
    if (this.#keptBytes < (this.#expect.kind === 'link' ? maxKeptBytes : shownBytes)) {
      this.#kept.push(Buffer.from(chunk.subarray(0, maxKeptBytes)));
      this.#keptBytes += chunk.length;
    }
  }

  /** A failure's text, a follow-up to send, or undefined when the answer is right. */
  onEnd(): string | FollowUp | undefined {
    const expect = this.#expect;
    const wantedStatus = expect.kind === 'status' ? expect.status : 200;
    if (this.#status !== wantedStatus) return `status ${this.#status}: ${this.#shown()}`;
    if (expect.kind === 'status') return undefined;
    if (expect.kind === 'link' || expect.kind === 'bytes')
      return this.#hashesBody ? this.#checkBody(expect.sha256) : this.#follow();
    const [picture, ...others] = this.#strings;
    if (picture === undefined || others.length > 0)
      return `${this.#strings.length} pictures: ${this.#shown()}`;
    if (expect.kind === 'picture')
      return picture.sha256 === expect.sha256
        ? undefined
        : `picture of ${picture.length} characters is not the upstream's`;
    if (!picture.head.startsWith(expect.head)) return `picture begins with ${picture.head}`;
    this.#samePicture.sha256 ??= picture.sha256;
    return picture.sha256 === this.#samePicture.sha256 ? undefined : 'pictures differ';
  }

  #follow(): string | FollowUp {
    const url = /"url":\s*"([^"]+)"/.exec(Buffer.concat(this.#kept).toString('utf8'))?.[1];
    if (url === undefined) return `no url: ${this.#shown()}`;
    const { pathname, search } = new URL(url.replaceAll('\\/', '/'));
    this.#hashesBody = true;
    this.#kept = [];
    this.#keptBytes = 0;
    return { path: pathname + search };
  }

  #checkBody(sha256: string): string | undefined {
    return this.#bytes.digest('hex') === sha256 ? undefined : `the picture is not the upstream's`;
  }

  #shown(): string {
    return Buffer.concat(this.#kept).toString('utf8').slice(0, shownBytes);
  }
}
