import { Base64Image } from '../../bytes/base64-image.ts';
import { isBase64 } from '../../bytes/is-base64.ts';
import { dropLineBreaks } from '../../bytes/line-breaks.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { emptyPicture, notBase64, type PictureTitle, type SentPicture } from './sent-picture.ts';

const maxUrlCharacters = 8192;

/** A text as it may stand for a picture: base64 often comes in lines. */
export function textPicture(text: string): Base64Image {
  return new Base64Image([dropLineBreaks(Buffer.from(text))]);
}

/** A file's picture; one that holds a link or a data: URL as text, as some forms send it, is read as such. */
export function pictureFromFile(base64: Base64Image, picture: PictureTitle): SentPicture {
  const head = [0, 1, 2, 3, 4].map((index) => String.fromCharCode(base64.byteAt(index) ?? 0)).join('');
  if (!/^(?:data:|https?)/i.test(head)) return { ...picture, base64 };
  // Base64 of text: undone slice by slice, each of which holds whole groups of four.
  const text = base64.slices.map((slice) => dropLineBreaks(Buffer.from(slice.toString('latin1'), 'base64')));
  return pictureFromText(new Base64Image(text), picture);
}

/** A link, a data: URL, or bare base64. */
export function pictureFromText(text: Base64Image, picture: PictureTitle): SentPicture {
  const head = text.headText(200);
  if (/^https?:/i.test(head)) return { ...picture, url: text.headText(maxUrlCharacters) };
  if (!/^data:/i.test(head)) return { ...picture, base64: checkedBase64(text, picture) };
  const comma = head.indexOf(',');
  if (comma === -1 || !/;base64$/i.test(head.slice(0, comma))) {
    throw new PlantainError(
      'invalid_image_file',
      `${picture.title} is a data: URL without base64. Send data:image/png;base64,….`,
      { param: picture.param },
    );
  }
  return { ...picture, base64: checkedBase64(text.dropHead(comma + 1), picture) };
}

function checkedBase64(text: Base64Image, picture: PictureTitle): Base64Image {
  if (text.length === 0) throw emptyPicture(picture);
  if (!isBase64(text)) throw notBase64(picture);
  return text;
}
