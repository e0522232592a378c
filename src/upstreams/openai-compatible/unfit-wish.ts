import type { DrawWish } from '../../journey/upstream.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { Profile } from './profile.ts';
import { editOf } from './request.ts';
import { shapeFields } from './shape-fields.ts';

/**
 * Why a server cannot draw what is wished, for the caller; undefined when it can draw all of it: what it has no field for is
 * not left out in silence.
 */
export function unfitWish(wish: DrawWish, profile: Profile): PlantainError | undefined {
  return unfitPicture(wish, profile) ?? unfitField(wish, profile);
}

function unfitPicture(wish: DrawWish, profile: Profile): PlantainError | undefined {
  const { references } = editOf(wish, profile);
  const paramOf = (index: number): string => wish.references[index]?.sentAs?.param ?? 'image';
  const titleOf = (index: number): string => wish.references[index]?.sentAs?.title ?? 'A picture';
  if (references.length > 0 && profile.edits === 'none') {
    const message = `${wish.model.id} draws from text alone where it is served here. Leave the pictures out, or use another model.`;
    return unfit(paramOf(0), message);
  }
  const { maxReferences: most = Number.POSITIVE_INFINITY } = profile;
  if (references.length > most) {
    const message = `${wish.model.id} takes at most ${most} pictures where it is served here, and ${references.length} were sent, with the one that shows the mask if there is one.`;
    return unfit(paramOf(most), message);
  }
  const index = references.findIndex(({ mimeType }) => !profile.referenceTypes.has(mimeType));
  if (index === -1) return undefined;
  const types = [...profile.referenceTypes].map(shortType).join(', ');
  const type = shortType(references[index]?.mimeType ?? '');
  const message = `${titleOf(index)} is ${type}, which ${wish.model.id} does not read where it is served here. Send one of: ${types}.`;
  return unfit(paramOf(index), message);
}

function unfitField(wish: DrawWish, profile: Profile): PlantainError | undefined {
  const { model, safetySettings = [], quality, background, moderation } = wish;
  const no = (param: string, value: string): PlantainError =>
    unfit(param, `${model.id} knows no ${value} where it is served here. Leave '${param}' out.`);
  if (shapeFields(wish, profile) === undefined) {
    const message = `${model.id} cannot draw this shape where it is served here. Ask for another size, or for none.`;
    return unfit(wish.pixels === undefined ? 'image_size' : 'size', message);
  }
  if (safetySettings.length > 0 && !profile.isPlantain) return no('safety_settings', 'safety settings');
  if (quality !== undefined && !profile.takes.has('quality')) return no('quality', 'qualities');
  if (background === 'transparent' && !profile.takes.has('background'))
    return no('background', 'transparent backgrounds');
  if (moderation !== undefined && !profile.takes.has('moderation')) return no('moderation', 'moderation');
  return undefined;
}

const shortType = (mimeType: string): string => mimeType.replace('image/', '');

function unfit(param: string, message: string): PlantainError {
  return new PlantainError('upstream_rejected', message, { param });
}
