import type { FormFile, RequestBody } from '../../journey/image-request.ts';
import type { Base64Image } from '../../bytes/base64-image.ts';
import { CapturedText } from '../../bytes/captured-text.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { pictureFromFile, pictureFromText, textPicture } from './picture-from-text.ts';
import { type PictureName, pictureName } from './picture-names.ts';
import {
  emptyPicture,
  notBase64,
  type PictureTitle,
  placeIn,
  type SentPicture,
  titleOf,
} from './sent-picture.ts';

export interface SentBody {
  /** Everything that is not a picture. */
  readonly members: readonly (readonly [string, unknown])[];
  readonly images: readonly SentPicture[];
  readonly masks: readonly SentPicture[];
}

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
  for (const field of form.fields) {
    const { name, value } = field;
    const known = pictureName(name);
    if (known === undefined) members.push([name, value]);
    // Some clients put a link or a data: URL where a file belongs.
    else if (value !== '') {
      const title = titleOf(
        name,
        placeIn(form.fields, field, (other) => other.name === name),
      );
      found.add(known, [pictureFromText(textPicture(value), title)]);
    }
  }
  for (const file of form.files) {
    const { field, filename, byteLength } = file;
    if (byteLength === 0 && isNotSent(file)) continue;
    const known = pictureName(field);
    const place = placeIn(form.files, file, (other) => other.field === field);
    const title = titleOf(field.slice(0, 60), place === undefined ? undefined : `file ${place}`, filename);
    if (byteLength === 0) throw emptyPicture(title);
    if (known !== undefined) found.add(known, [pictureFromFile(file.base64, title)]);
    else if (field === 'markup') members.push([field, 'file']);
    else
      throw new PlantainError(
        'invalid_value',
        `A file in ${title.title} cannot be used. Pictures go in 'image' or 'image[]', a mask in 'mask'.`,
        { param: title.param },
      );
  }
  return { members, ...found.inOrder() };
}

/** A file input that was left alone sends a part all the same, without a name; so does an empty text. */
function isNotSent({ filename, contentType }: FormFile): boolean {
  return filename === '' || (filename === undefined && contentType === undefined);
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
    const title = titleOf(param);
    const text = textOf(value, title);
    return text.length === 0 ? [] : [pictureFromText(text, title)];
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
    if (inner !== undefined && inner !== null) {
      const found = picturesIn(inner, param);
      // Whoever sends an object means a picture.
      if (found.length === 0) throw emptyPicture(titleOf(param));
      return found;
    }
  }
  throw new PlantainError(
    'invalid_value',
    `'${param}' is not a picture. Send {"image_url": "data:image/png;base64,…"}.`,
    { param },
  );
}

/** The bytes of a string, captured (`request-paths.ts`) or not. */
function textOf(value: string | CapturedText, title: PictureTitle): Base64Image {
  if (typeof value === 'string') return textPicture(value);
  if (value.characters === undefined) throw notBase64(title);
  return value.characters;
}
