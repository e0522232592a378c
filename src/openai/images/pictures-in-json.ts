import type { Base64Image } from '../../bytes/base64-image.ts';
import { CapturedText } from '../../bytes/captured-text.ts';
import type { PictureTitle } from '../../journey/image-order.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { pictureFromText, textPicture } from './picture-from-text.ts';
import { emptyPicture, notBase64, type SentPicture, titleOf } from './sent-picture.ts';
import { sentTwice } from './sent-twice.ts';

type Member = readonly [name: string, value: unknown];

/** Members of an object that a picture stands in. */
const pictureMembers: ReadonlySet<string> = new Set(['image_url', 'url', 'b64_json', 'data']);
/** What the parts of OpenAI's messages call themselves: it says that this is a picture, and nothing more. */
const pictureTypes: ReadonlySet<unknown> = new Set(['image_url', 'input_image']);

/**
 * The pictures in a JSON value: a string, an object with one of the known members, or an array of those. `others` takes
 * the objects' further members, named by their paths, which mean something to nobody here. `path` leads to the value, and
 * `param` to the object around it, by which a picture is called.
 */
export function picturesInJson(value: unknown, others: Member[], param: string, path = param): SentPicture[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) =>
      picturesInJson(item, others, `${param}[${index}]`, `${path}[${index}]`),
    );
  if (typeof value === 'string' || value instanceof CapturedText) {
    const title = titleOf(param);
    const text = textOf(value, title);
    return text.length === 0 ? [] : [pictureFromText(text, title)];
  }
  const [inner, innerPath] = pictureMember(value, others, param, path);
  const found = picturesInJson(inner, others, param, innerPath);
  // Whoever sends an object means a picture.
  if (found.length === 0) throw emptyPicture(titleOf(param));
  return found;
}

/** The member of an object that its picture stands in, with the path there. */
function pictureMember(value: unknown, others: Member[], param: string, path: string): [unknown, string] {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const pictures: [unknown, string][] = [];
  let isEmpty = false;
  for (const [name, inner] of members) {
    const innerPath = `${path}.${name}`;
    if (isNotSent(inner)) isEmpty ||= inner !== null && pictureMembers.has(name);
    else if (pictureMembers.has(name)) pictures.push([inner, innerPath]);
    else if (name === 'file_id') throw noFiles(innerPath);
    else if (name !== 'type' || !pictureTypes.has(inner)) others.push([innerPath, inner]);
  }
  const [picture, second] = pictures;
  if (picture !== undefined && second !== undefined) throw sentTwice(second[1], picture[1]);
  if (picture !== undefined) return picture;
  if (isEmpty) throw emptyPicture(titleOf(param));
  throw new PlantainError(
    'invalid_value',
    `'${param}' is not a picture. Send {"image_url": "data:image/png;base64,…"}.`,
    { param },
  );
}

/** As of any field, null and an empty string say nothing. */
function isNotSent(value: unknown): boolean {
  return value === null || value === '' || (value instanceof CapturedText && value.characters?.length === 0);
}

function noFiles(param: string): PlantainError {
  const message = `'${param}' cannot be used: this server keeps no files. Send the picture itself, as a data: URL.`;
  return new PlantainError('invalid_value', message, { param });
}

/** The bytes of a string, captured (`request-paths.ts`) or not. */
function textOf(value: string | CapturedText, title: PictureTitle): Base64Image {
  if (typeof value === 'string') return textPicture(value);
  if (value.characters === undefined) throw notBase64(title);
  return value.characters;
}
