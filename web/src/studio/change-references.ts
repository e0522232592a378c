import { changeForm, form } from './form.ts';
import type { Reference } from './wish.ts';

/** Adds pictures as far as the model takes them. Returns how many it does not. */
export function addReferences(added: readonly Reference[], most: number): number {
  const all = [...form.get().references, ...added];
  changeForm({ references: all.slice(0, most) });
  return Math.max(0, all.length - most);
}

export function removeReference(id: string): void {
  changeForm({ references: form.get().references.filter((one) => one.id !== id) });
}

/** Changes places with the one before: the first is the one that a mask belongs to. */
export function moveReference(id: string): void {
  const references = [...form.get().references];
  const at = references.findIndex((one) => one.id === id);
  const [moved, before] = [references[at], references[at - 1]];
  if (moved === undefined || before === undefined) return;
  references[at - 1] = moved;
  references[at] = before;
  changeForm({ references });
}
