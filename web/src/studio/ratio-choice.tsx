import type { ReactNode } from 'react';
import type { Model } from '../api/types.ts';
import { RatioShape } from '../models/ratio-shape.tsx';
import { formatMoney } from '../words/format.ts';
import { say } from '../words/say.ts';
import { changeForm, form } from './form.ts';
import { useStore } from './store.ts';
import { maskOf, pixelsOf } from './wish.ts';

/** Ratio and size as the model has them, with the exact pixels that come of both. */
export function RatioChoice({ model }: { readonly model: Model }): ReactNode {
  const shown = useStore(form);
  const pixels = pixelsOf(shown, model);
  if (maskOf(shown) !== undefined)
    return (
      <p className="small quiet">{say('studio.masked', { pixels: pixels?.replace('x', ' × ') ?? '' })}</p>
    );
  return (
    <>
      <fieldset className="choices">
        <legend className="label">{say('studio.ratio')}</legend>
        {['', ...model.aspect_ratios].map((ratio) => (
          <label key={ratio} className="choice">
            <input
              type="radio"
              name="ratio"
              checked={shown.ratio === ratio}
              onChange={() => changeForm({ ratio })}
            />
            {ratio !== '' && <RatioShape ratio={ratio} />}
            {ratio === '' ? say('studio.ratio.auto') : ratio}
          </label>
        ))}
      </fieldset>
      <fieldset className="choices">
        <legend className="label">{say('studio.size')}</legend>
        {model.sizes.map(({ size, picture_cost_micro_usd }) => (
          <label key={size} className="choice" title={formatMoney(picture_cost_micro_usd)}>
            <input
              type="radio"
              name="size"
              checked={shown.size === size}
              onChange={() => changeForm({ size })}
            />
            {size}
          </label>
        ))}
        <output className="small quiet">
          {pixels === undefined
            ? say('studio.pixels.auto')
            : say('studio.pixels', { pixels: pixels.replace('x', ' × ') })}
        </output>
      </fieldset>
    </>
  );
}
