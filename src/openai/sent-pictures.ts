import type { RequestBody } from '../journey/image-request.ts';
import { Base64Image } from '../kernel/base64-image.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

/** A picture as it was sent: its base64, or a link to it. */
export interface SentPicture {
  /** The caller's name for it, such as `image[1]`. */
  readonly param: string;
  readonly base64?: Base64Image;
  readonly url?: string;
}

export interface SentBody {
  /** Everything that is not a picture. */
  readonly members: readonly (readonly [string, unknown])[];
  readonly images: readonly SentPicture[];
  readonly masks: readonly SentPicture[];
}

const imageKey = /^images?(?:\[\d*\])?$|^image_url$/;
const maskKey = /^mask(?:\[\d*\])?$/;
const maxUrlCharacters = 8192;

/** Separates the pictures of a body from its fields, in every shape clients use (client-compatibility, section 3.1). */
export function sentPictures(body: RequestBody): SentBody {
  return body.kind === 'multipart' ? fromForm(body.form) : fromJson(body.document, body.captured);
}

function fromForm(form: Extract<RequestBody, { kind: 'multipart' }>['form']): SentBody {
  const images: SentPicture[] = [];
  const masks: SentPicture[] = [];
  for (const { field, base64 } of form.files) {
    if (imageKey.test(field)) images.push({ param: field, base64 });
    else if (maskKey.test(field)) masks.push({ param: field, base64 });
    else throw new PlantainError('invalid_value', `A file in '${field.slice(0, 60)}' cannot be used. Pictures go in 'image' or 'image[]', a mask in 'mask'.`, { param: field.slice(0, 60) });
  }
  return { members: form.fields.map(({ name, value }) => [name, value] as const), images, masks };
}

function fromJson(document: unknown, captured: readonly (Base64Image | undefined)[]): SentBody {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new PlantainError('invalid_json', 'The JSON body must be an object.');
  }
  const members: [string, unknown][] = [];
  const images: SentPicture[] = [];
  const masks: SentPicture[] = [];
  for (const [key, value] of Object.entries(document)) {
    if (imageKey.test(key)) images.push(...picturesIn(value, key, captured));
    else if (maskKey.test(key)) masks.push(...picturesIn(value, key, captured));
    else members.push([key, value]);
  }
  return { members, images, masks };
}

/** The pictures in a JSON value: a string, an object with one of the known members, or an array of those. */
function picturesIn(value: unknown, param: string, captured: readonly (Base64Image | undefined)[]): SentPicture[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => picturesIn(item, `${param}[${index}]`, captured));
  if (typeof value === 'string') return value === '' ? [] : [pictureFromText(textOf(value, captured, param), param)];
  if (typeof value === 'object') {
    const { image_url: imageUrl, url, b64_json: base64Json, data, file_id: fileId } = value as Record<string, unknown>;
    if (fileId !== undefined && fileId !== null) {
      throw new PlantainError('invalid_value', `'${param}.file_id' cannot be used: this server keeps no files. Send the picture itself, as a data: URL.`, { param: `${param}.file_id` });
    }
    const inner = imageUrl ?? url ?? base64Json ?? data;
    if (inner !== undefined && inner !== null) return picturesIn(inner, param, captured);
  }
  throw new PlantainError('invalid_value', `'${param}' is not a picture. Send {"image_url": "data:image/png;base64,…"}.`, { param });
}

/** A captured string's bytes. A generation's body is small and not scanned, so its strings are still strings. */
function textOf(value: string, captured: readonly (Base64Image | undefined)[], param: string): Base64Image {
  if (captured.length === 0) return new Base64Image([Buffer.from(value)]);
  const text = captured[Number(value)];
  if (text === undefined) throw new PlantainError('invalid_image_file', `'${param}' is not base64.`, { param });
  return text;
}

function pictureFromText(text: Base64Image, param: string): SentPicture {
  const head = text.headText(200);
  if (/^https?:/i.test(head)) return { param, url: text.headText(maxUrlCharacters) };
  if (!/^data:/i.test(head)) return { param, base64: text };
  const comma = head.indexOf(',');
  if (comma === -1 || !/;base64$/i.test(head.slice(0, comma))) {
    throw new PlantainError('invalid_image_file', `'${param}' is a data: URL without base64. Send data:image/png;base64,….`, { param });
  }
  return { param, base64: text.dropHead(comma + 1) };
}
