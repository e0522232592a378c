import { type ReactNode, useId } from 'react';
import { say, sayCount } from '../words/say.ts';
import { type Filled, mostRows } from './fill-template.ts';
import { changeForm } from './form.ts';

/** The values of a template's placeholders; without any, the prompt is taken as it stands. */
export function BatchRows({
  names,
  rows,
  filled,
}: {
  readonly names: readonly string[];
  readonly rows: string;
  readonly filled: Filled | undefined;
}): ReactNode {
  const id = useId();
  const wrong =
    filled?.wrong === undefined
      ? filled?.isTooMany === true
        ? say('batch.tooMany', { most: mostRows })
        : undefined
      : sayCount('batch.wrong', filled.wrong.found, { ...filled.wrong });
  return (
    <div className="field">
      <label htmlFor={id}>{say('batch.rows', { names: names.join(', ') })}</label>
      <textarea
        id={id}
        className="input"
        rows={4}
        value={rows}
        aria-invalid={wrong !== undefined}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => changeForm({ rows: target.value })}
      />
      <span id={`${id}-hint`} className={wrong === undefined ? 'hint' : 'wrong'} aria-live="polite">
        {wrong ??
          (filled === undefined
            ? say(names.length === 1 ? 'batch.hint' : 'batch.hintSeveral')
            : sayCount('batch.orders', filled.prompts.length))}
      </span>
    </div>
  );
}
