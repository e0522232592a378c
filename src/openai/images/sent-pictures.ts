import type { FormFile, RequestBody } from '../../journey/image-request.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { pictureFromFile, pictureFromText, textPicture } from './picture-from-text.ts';
import { type PictureName, pictureName } from './picture-names.ts';
import { picturesInJson } from './pictures-in-json.ts';
import { emptyPicture, placeIn, type SentPicture, titleOf } from './sent-picture.ts';

export interface SentBody {
  /** Everything that is not a picture, also of what stands around one: `images[0].detail`. */
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
    else found.add(known, picturesInJson(value, members, key));
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
