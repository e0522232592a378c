import { type ReactNode, useId } from 'react';
import { say } from '../words/say.ts';
import { changeForm } from './form.ts';
import { type Format, formats, hasCompression } from './wish.ts';

/** The kind of file, and how good it is where that can be chosen. */
export function FormatChoice({
  format,
  compression,
}: {
  readonly format: Format | '';
  readonly compression: number;
}): ReactNode {
  const id = useId();
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{say('studio.format')}</label>
        <select
          id={id}
          className="input"
          value={format}
          onChange={({ target }) => changeForm({ format: target.value as Format | '' })}
        >
          <option value="">{say('studio.format.native')}</option>
          {formats.map((one) => (
            <option key={one} value={one}>
              {one.toUpperCase()}
            </option>
          ))}
        </select>
      </div>
      {hasCompression(format) && (
        <label className="slider">
          {say('studio.compression', { value: compression })}
          <input
            type="range"
            min={1}
            max={100}
            value={compression}
            onChange={({ target }) => changeForm({ compression: Number(target.value) })}
          />
        </label>
      )}
    </>
  );
}
