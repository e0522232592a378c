import type { Base64Image } from '../../bytes/base64-image.ts';

/** A body that is made while it goes out. */
export interface RequestBody {
  readonly contentType: string;
  readonly byteLength: number;
  open(): Buffer | Iterable<Buffer>;
}

/** A picture in a JSON body, as a `data:` URL. */
export interface JsonPicture {
  readonly mimeType: string;
  readonly base64: Base64Image;
}

/** JSON of `fields`, and, where there are any, of pictures under `name`: one as an object, several as a list. */
export function jsonBody(
  fields: Readonly<Record<string, unknown>>,
  pictures: readonly JsonPicture[] = [],
): RequestBody {
  const head = JSON.stringify(fields);
  const contentType = 'application/json';
  if (pictures.length === 0) {
    const bytes = Buffer.from(head);
    return { contentType, byteLength: bytes.length, open: () => bytes };
  }
  const [name, open, close] = pictures.length === 1 ? ['image', '', ''] : ['images', '[', ']'];
  const pieces: Buffer[] = [];
  let json = `${head.slice(0, -1)}${head === '{}' ? '' : ','}${JSON.stringify(name)}:${open}`;
  for (const { mimeType, base64 } of pictures) {
    pieces.push(Buffer.from(`${json}{"type":"image_url","url":"data:${mimeType};base64,`), ...base64.slices);
    json = '"},';
  }
  pieces.push(Buffer.from(`"}${close}}`));
  const byteLength = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { contentType, byteLength, open: () => pieces };
}
