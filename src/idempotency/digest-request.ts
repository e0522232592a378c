import { createHash, type Hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Base64Image } from '../bytes/base64-image.ts';
import { CapturedText } from '../bytes/captured-text.ts';
import type { ImageRequest, RequestBody } from '../journey/image-request.ts';

/** Bytes digested before other requests get their turn: a few milliseconds. */
const turnBytes = 2 * 1024 * 1024;

/**
 * What makes two requests the same: operation, path and body. Of JSON neither the order of members nor the spaces
 * count; of a form neither its boundary nor the order of differently named parts, nor the names of its files.
 */
export async function digestRequest(
  { operation, pathModel }: ImageRequest,
  body: RequestBody,
): Promise<string> {
  const digest = new TurningDigest();
  digest.text('o', operation);
  digest.text('p', pathModel ?? '');
  if (body.kind === 'json') await digestValue(digest, body.document);
  else {
    for (const { name, value } of byName(body.form.fields, ({ name }) => name)) {
      digest.text('f', name);
      digest.text('v', value);
    }
    for (const { field, base64 } of byName(body.form.files, ({ field }) => field)) {
      digest.text('F', field);
      await digest.picture(base64);
    }
  }
  return digest.end();
}

/** Sorted by name; parts of one name stay in their order. */
function byName<Part>(parts: readonly Part[], nameOf: (part: Part) => string): Part[] {
  return parts.toSorted((left, right) => compare(nameOf(left), nameOf(right)));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The scanner bounds how deep a document nests, so this may recurse. */
async function digestValue(digest: TurningDigest, value: unknown): Promise<void> {
  if (value instanceof CapturedText) {
    digest.text('c', '');
    if (value.characters !== undefined) await digest.picture(value.characters);
  } else if (Array.isArray(value)) {
    digest.text('[', String(value.length));
    for (const item of value) await digestValue(digest, item);
  } else if (typeof value === 'object' && value !== null) {
    const members = byName(Object.entries(value), ([name]) => name);
    digest.text('{', String(members.length));
    for (const [name, member] of members) {
      digest.text('m', name);
      await digestValue(digest, member);
    }
  } else digest.text(typeof value, String(value));
}

/** A digest of texts and pictures, each told from its neighbours by its kind and length. */
class TurningDigest {
  readonly #hash: Hash = createHash('sha256');
  #bytesLeft = turnBytes;

  text(kind: string, text: string): void {
    this.#hash.update(`${kind} ${String(text.length)}\n${text}`);
  }

  async picture({ slices, length }: Base64Image): Promise<void> {
    this.#hash.update(`picture ${String(length)}\n`);
    for (const slice of slices) {
      for (let at = 0; at < slice.length; at += turnBytes) {
        const part = slice.subarray(at, at + turnBytes);
        this.#hash.update(part);
        this.#bytesLeft -= part.length;
        if (this.#bytesLeft > 0) continue;
        this.#bytesLeft = turnBytes;
        await nextTurn();
      }
    }
  }

  end(): string {
    return this.#hash.digest('hex');
  }
}
