import type { CatalogueModel } from '../../journey/catalogue-model.ts';
import type { Adaptation } from '../../journey/image-order.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { SuffixWishes } from './choose-dimensions.ts';
import type { CheckedFields } from './read-fields.ts';

/** How a requested model name is understood; `routing/` implements it. */
export type ResolveModel = (
  name: string,
) => SuffixWishes & { readonly model: CatalogueModel; readonly isAlias: boolean };

type ResolvedModel = ReturnType<ResolveModel>;

/** The model of an order, and the name that it was asked for by. */
export interface AskedModel {
  readonly name: string;
  readonly resolved: ResolvedModel;
  readonly adaptations: readonly Adaptation[];
}

const reason = 'path-decides';

/**
 * Which name asks for the model. One in the path decides, as at Azure (docs/contracts/clients.md#paths-and-keys), whose
 * clients put whatever name they know in the body too: where that stands for something else it is reported, and refused
 * to a strict caller.
 */
export function askedModel(
  resolve: ResolveModel,
  { values, pathOf }: CheckedFields,
  pathModel: string | undefined,
  isStrict: boolean,
): AskedModel {
  const name = pathModel ?? values.model ?? '';
  const resolved = resolve(name);
  const { model: other } = values;
  if (other === undefined || other === name || isSame(resolved, resolvedOrNone(resolve, other)))
    return { name, resolved, adaptations: [] };
  const parameter = pathOf('model');
  if (isStrict) {
    const message = `'${parameter}' has no effect here (${reason}) and strict mode is on. Leave it out, or send what the path says.`;
    throw new PlantainError('unknown_parameter', message, { param: parameter });
  }
  return { name, resolved, adaptations: [{ parameter, action: 'ignored', from: other, reason }] };
}

/** The same model, and the same wishes by suffixes. */
function isSame(one: ResolvedModel, other: ResolvedModel | undefined): boolean {
  return (
    one.model.id === other?.model.id &&
    one.aspectRatio === other.aspectRatio &&
    one.imageSize === other.imageSize
  );
}

/** Undefined for a name that stands for no model: beside a path's it does no harm. */
function resolvedOrNone(resolve: ResolveModel, name: string): ResolvedModel | undefined {
  try {
    return resolve(name);
  } catch (error) {
    if (error instanceof PlantainError) return undefined;
    throw error;
  }
}
