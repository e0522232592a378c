import { type ReactNode, useId } from 'react';
import { say } from '../words/say.ts';
import type { WordKey } from '../words/words.ts';

interface FieldProps {
  readonly word: WordKey;
  readonly value: string | undefined;
  /** Empty: it is not filtered by this. */
  readonly onChange: (value: string) => void;
}

/** Narrows a list down to one of several. */
export function FilterChoice({
  word,
  value = '',
  options,
  onChange,
}: FieldProps & { readonly options: readonly (readonly [value: string, text: string])[] }): ReactNode {
  const id = useId();
  // A value of the address that is not offered, such as several outcomes, stays what it is.
  const all = value === '' || options.some(([one]) => one === value) ? options : [...options, [value, value]];
  return (
    <div className="field">
      <label htmlFor={id}>{say(word)}</label>
      <select id={id} className="input" value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{say('filter.any')}</option>
        {all.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Narrows a list down to what is typed, once that is done, or to a day. */
export function FilterText({
  word,
  type = 'search',
  value = '',
  onChange,
}: FieldProps & { readonly type?: 'search' | 'date' }): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{say(word)}</label>
      <input
        key={value}
        id={id}
        className="input"
        type={type}
        defaultValue={value}
        spellCheck={false}
        onBlur={({ target }) => target.value !== value && onChange(target.value)}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
    </div>
  );
}
