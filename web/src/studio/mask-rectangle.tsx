import { type ReactNode, type SubmitEvent, useState } from 'react';
import { say } from '../words/say.ts';
import type { MaskShape } from './mask-drawing.ts';

/** A rectangle in numbers: what the canvas does by eye, for those who do not see it, and to the pixel. */
export function MaskRectangle({
  width,
  height,
  erases,
  onAdd,
}: {
  readonly width: number;
  readonly height: number;
  readonly erases: boolean;
  readonly onAdd: (shape: MaskShape) => void;
}): ReactNode {
  const [box, setBox] = useState({
    x: 0,
    y: 0,
    width: Math.round(width / 2),
    height: Math.round(height / 2),
  });
  const fields = [
    ['x', 'mask.x', 0, width - 1],
    ['y', 'mask.y', 0, height - 1],
    ['width', 'mask.width', 1, width],
    ['height', 'mask.height', 1, height],
  ] as const;
  const add = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onAdd({ kind: 'rectangle', erases, ...box });
  };
  return (
    <details>
      <summary>{say('mask.inNumbers')}</summary>
      <form className="mask-box" onSubmit={add}>
        {fields.map(([name, word, min, max]) => (
          <label key={name} className="field">
            <span className="label">{say(word)}</span>
            <input
              className="input"
              type="number"
              required
              min={min}
              max={max}
              value={box[name]}
              onChange={({ target }) => setBox({ ...box, [name]: target.valueAsNumber || 0 })}
            />
          </label>
        ))}
        <button type="submit" className="button">
          {say(erases ? 'mask.eraseRectangle' : 'mask.addRectangle')}
        </button>
      </form>
    </details>
  );
}
