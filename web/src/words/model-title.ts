import type { Model } from '../api/types.ts';
import { say } from './say.ts';

/** Another model that answers to this one's name, as callers write it: the youngest of a family is called like all of it. */
export function namesakeOf({ id, display_name: name }: Model, models: readonly Model[]): Model | undefined {
  return models.find((one) => one.id !== id && one.names.includes(callersName(name)));
}

/** A model where one is chosen among others: with its id where its name means another one as well. */
export function modelTitle(model: Model, models: readonly Model[]): string {
  const { id, display_name: name } = model;
  return namesakeOf(model, models) === undefined ? name : say('app.model', { name, id });
}

/** `Nano Banana` as it stands in requests: `nano-banana`. */
export const callersName = (name: string): string => name.toLowerCase().replaceAll(' ', '-');
