import { createStore } from './store.ts';
import type { Wish } from './wish.ts';

/** What stands in the form of the studio. */
export interface StudioForm extends Wish {
  readonly keyId: string;
  readonly count: number;
  /** Values for the placeholders of the prompt, a row a line. */
  readonly rows: string;
}

const keyStorage = 'plantain.studio.key';
export const mostPictures = 10;

/** It stays as it is while one looks at other pages. Which key was chosen last outlives the visit. */
export const form = createStore<StudioForm>({
  keyId: localStorage.getItem(keyStorage) ?? '',
  model: '',
  prompt: '',
  ratio: '',
  size: '',
  format: '',
  compression: 90,
  count: 1,
  references: [],
  mask: undefined,
  rows: '',
});

export function changeForm(changes: Partial<StudioForm>): void {
  if (changes.keyId !== undefined) localStorage.setItem(keyStorage, changes.keyId);
  form.set((shown) => ({ ...shown, ...changes }));
}
