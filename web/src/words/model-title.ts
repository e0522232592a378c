import type { Model } from '../api/types.ts';
import { say } from './say.ts';

type Named = Pick<Model, 'id' | 'display_name'>;

/** A model where one is chosen: with its id, since the name of one may be that of its whole family too. */
export function modelTitle({ id, display_name: name }: Named): string {
  return name === id ? id : say('app.model', { name, id });
}

/** `Nano Banana` as it stands in requests: `nano-banana`. */
export const callersName = (name: string): string => name.toLowerCase().replaceAll(' ', '-');
