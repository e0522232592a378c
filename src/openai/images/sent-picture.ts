import type { Base64Image } from '../../bytes/base64-image.ts';
import { foreignWord } from '../../kernel/foreign-text.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';

/** How errors name a picture. */
export interface PictureTitle {
  /** The caller's name for it, such as `image[1]`. */
  readonly param: string;
  /** The same for a sentence, with what tells it from others of that name: `'image[]' (file 2 of 3, 'b.png')`. */
  readonly title: string;
}

/** A picture as it was sent: its base64, or a link to it. */
export interface SentPicture extends PictureTitle {
  readonly base64?: Base64Image;
  readonly url?: string;
}

/** `2 of 3` among those of its name; undefined for the only one. */
export function placeIn<Item>(
  all: readonly Item[],
  item: Item,
  isAlike: (other: Item) => boolean,
): string | undefined {
  const alike = all.filter(isAlike);
  return alike.length === 1 ? undefined : `${alike.indexOf(item) + 1} of ${alike.length}`;
}

export function titleOf(param: string, place?: string, filename = ''): PictureTitle {
  const facts = [
    ...(place === undefined ? [] : [place]),
    ...(filename === '' ? [] : [`'${foreignWord(filename)}'`]),
  ];
  return { param, title: `'${param}'${facts.length === 0 ? '' : ` (${facts.join(', ')})`}` };
}

export function notBase64({ param, title }: PictureTitle): PlantainError {
  const message = `${title} is not base64. Send digits of the standard alphabet, without spaces.`;
  return new PlantainError('invalid_image_file', message, { param });
}

export function emptyPicture({ param, title }: PictureTitle): PlantainError {
  const message = `${title} is empty. Send the picture, or leave it out.`;
  return new PlantainError('invalid_image_file', message, { param });
}
