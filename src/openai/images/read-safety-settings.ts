import type { Adaptation } from '../../journey/image-order.ts';
import type { SafetySetting } from '../../journey/safety-settings.ts';
import type { CheckedFields } from './read-fields.ts';

/** The settings that go upstream: the operator's for the categories that are pinned, the caller's for the others. */
export function readSafetySettings(
  { values, pathOf }: CheckedFields,
  pinned: readonly SafetySetting[],
): { readonly settings: readonly SafetySetting[]; readonly adaptations: readonly Adaptation[] } {
  const pins = new Map(pinned.map(({ category, threshold }) => [category, threshold]));
  const asked = values.safety_settings ?? [];
  return {
    settings: [...pinned, ...asked.filter(({ category }) => !pins.has(category))],
    adaptations: asked.flatMap(({ category, threshold }) => {
      const pin = pins.get(category);
      if (pin === undefined || pin === threshold) return [];
      const from = `${category}=${threshold}`;
      const reason = 'pinned-by-the-operator';
      return [{ parameter: pathOf('safety_settings'), action: 'mapped', from, to: pin, reason }];
    }),
  };
}
