import type { RequestBody } from '../../journey/image-request.ts';
import { Base64Image } from '../../bytes/base64-image.ts';
import { CapturedText } from '../../bytes/captured-text.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { isBase64 } from '../../bytes/is-base64.ts';
import { type PictureName, pictureName } from './picture-names.ts';

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

const maxUrlCharacters = 8192;

/**
 * Separates the pictures of a body from its fields, in every shape clients use (docs/contracts/clients.md#pictures-in-forms,
 * docs/contracts/clients.md#pictures-in-json).
 */
export function sentPictures(body: RequestBody): SentBody {
  return body.kind === 'multipart' ? fromForm(body.form) : fromJson(body.document);
}

function fromForm(form: Extract<RequestBody, { kind: 'multipart' }>['form']): SentBody {
  const found = new FoundPictures();
  const members: [string, unknown][] = [];
  for (const { name, value } of form.fields) {
    const known = pictureName(name);
    if (known === undefined) members.push([name, value]);
    // Some clients put a link or a data: URL where a file belongs.
    else if (value !== '') found.add(known, [pictureFromText(new Base64Image([Buffer.from(value)]), name)]);
  }
  for (const { field, base64, byteLength } of form.files) {
    const known = pictureName(field);
    // A file input left empty still sends a part.
    if (known !== undefined && byteLength === 0) continue;
    if (known !== undefined) found.add(known, [pictureFromFile(base64, field)]);
    else if (field === 'markup') members.push([field, 'file']);
    else
      throw new PlantainError(
        'invalid_value',
        `A file in '${field.slice(0, 60)}' cannot be used. Pictures go in 'image' or 'image[]', a mask in 'mask'.`,
        { param: field.slice(0, 60) },
      );
  }
  return { members, ...found.inOrder() };
}

function fromJson(document: unknown): SentBody {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new PlantainError('invalid_json', 'The JSON body must be an object.');
  }
  const members: [string, unknown][] = [];
  const found = new FoundPictures();
  for (const [key, value] of Object.entries(document)) {
    const known = pictureName(key);
    if (known === undefined) members.push([key, value]);
    else found.add(known, picturesIn(value, key));
  }
  return { members, ...found.inOrder() };
}

/** Pictures as they are found, brought into the order that their names tell. */
class FoundPictures {
  readonly #all: { readonly name: PictureName; readonly picture: SentPicture }[] = [];

  add(name: PictureName, pictures: readonly SentPicture[]): void {
    for (const picture of pictures) this.#all.push({ name, picture });
  }

  inOrder(): Pick<SentBody, 'images' | 'masks'> {
    const ordered = this.#all.toSorted((left, right) => left.name.place - right.name.place);
    const of = (role: PictureName['role']): SentPicture[] =>
      ordered.flatMap(({ name, picture }) => (name.role === role ? [picture] : []));
    return { images: of('image'), masks: of('mask') };
  }
}

/** The pictures in a JSON value: a string, an object with one of the known members, or an array of those. */
function picturesIn(value: unknown, param: string): SentPicture[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => picturesIn(item, `${param}[${index}]`));
  if (typeof value === 'string' || value instanceof CapturedText) {
    const text = textOf(value, param);
    return text.length === 0 ? [] : [pictureFromText(text, param)];
  }
  if (typeof value === 'object') {
    const {
      image_url: imageUrl,
      url,
      b64_json: base64Json,
      data,
      file_id: fileId,
    } = value as Record<string, unknown>;
    if (fileId !== undefined && fileId !== null) {
      throw new PlantainError(
        'invalid_value',
        `'${param}.file_id' cannot be used: this server keeps no files. Send the picture itself, as a data: URL.`,
        { param: `${param}.file_id` },
      );
    }
    const inner = imageUrl ?? url ?? base64Json ?? data;
    if (inner !== undefined && inner !== null) return picturesIn(inner, param);
  }
  throw new PlantainError(
    'invalid_value',
    `'${param}' is not a picture. Send {"image_url": "data:image/png;base64,…"}.`,
    { param },
  );
}

/** The bytes of a string, captured (`request-paths.ts`) or not. */
function textOf(value: string | CapturedText, param: string): Base64Image {
  if (typeof value === 'string') return new Base64Image([Buffer.from(value)]);
  if (value.characters === undefined)
    throw new PlantainError('invalid_image_file', `'${param}' is not base64.`, { param });
  return value.characters;
}

/** A file's picture; one that holds a link or a data: URL as text, as some forms send it, is read as such. */
function pictureFromFile(base64: Base64Image, param: string): SentPicture {
  const head = [0, 1, 2, 3, 4].map((index) => String.fromCharCode(base64.byteAt(index) ?? 0)).join('');
  if (!/^(?:data:|https?)/i.test(head)) return { param, base64 };
  // Base64 of text: undone slice by slice, each of which holds whole groups of four.
  const text = base64.slices.map((slice) => Buffer.from(slice.toString('latin1'), 'base64'));
  return pictureFromText(new Base64Image(text), param);
}

function pictureFromText(text: Base64Image, param: string): SentPicture {
  const head = text.headText(200);
  if (/^https?:/i.test(head)) return { param, url: text.headText(maxUrlCharacters) };
  if (!/^data:/i.test(head)) return { param, base64: checkedBase64(text, param) };
  const comma = head.indexOf(',');
  if (comma === -1 || !/;base64$/i.test(head.slice(0, comma))) {
    throw new PlantainError(
      'invalid_image_file',
      `'${param}' is a data: URL without base64. Send data:image/png;base64,….`,
      { param },
    );
  }
  return { param, base64: checkedBase64(text.dropHead(comma + 1), param) };
}

function checkedBase64(text: Base64Image, param: string): Base64Image {
  if (isBase64(text)) return text;
  const message = `'${param}' is not base64. Send digits of the standard alphabet, without line breaks.`;
  throw new PlantainError('invalid_image_file', message, { param });
}
