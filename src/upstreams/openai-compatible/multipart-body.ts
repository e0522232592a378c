import { randomUUID } from 'node:crypto';
import type { Base64Image } from '../../bytes/base64-image.ts';
import { decodeBase64Pieces } from '../../bytes/decode-base64.ts';
import type { RequestBody } from './request-body.ts';

/** A file of a form, decoded while it goes out. */
export interface FormPicture {
  readonly field: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly base64: Base64Image;
}

/** A form as multipart/form-data whose pictures are decoded piece by piece, so that none is ever whole. */
export function multipartBody(
  fields: Readonly<Record<string, string>>,
  pictures: readonly FormPicture[],
): RequestBody {
  const boundary = `plantain-${randomUUID()}`;
  const texts = Object.entries(fields).map(([name, value]) =>
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  );
  const files = pictures.map(({ field, filename, mimeType, base64 }) => ({
    head: Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${filename}"\r\ncontent-type: ${mimeType}\r\n\r\n`,
    ),
    base64,
  }));
  const tail = Buffer.from(`--${boundary}--\r\n`);
  const byteLength =
    texts.reduce((sum, part) => sum + part.length, tail.length) +
    files.reduce((sum, { head, base64 }) => sum + head.length + base64.byteLength + lineEnd.length, 0);
  function* pieces(): Generator<Buffer> {
    yield* texts;
    for (const { head, base64 } of files) {
      yield head;
      yield* decodeBase64Pieces(base64);
      yield lineEnd;
    }
    yield tail;
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    byteLength,
    open: pieces,
  };
}

const lineEnd = Buffer.from('\r\n');
