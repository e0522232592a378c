import { type ReactNode, useId } from 'react';
import { ApiError } from '../api/call.ts';
import { problemText } from '../ui/problem.tsx';
import { say } from '../words/say.ts';

/** Whether a change was refused for its name, which then says so itself. */
export function isOfName(error: unknown): error is ApiError {
  return error instanceof ApiError && error.param === 'name';
}

/** Asks for the name of a key or a project, as `name` of its form. */
export function NameField({
  error,
  name,
}: {
  readonly error: unknown;
  readonly name?: string | undefined;
}): ReactNode {
  const id = useId();
  const isWrong = isOfName(error);
  return (
    <div className="field">
      <label htmlFor={id}>{say('keys.name')}</label>
      <input
        id={id}
        name="name"
        className="input"
        required
        maxLength={64}
        autoFocus
        autoComplete="off"
        defaultValue={name}
        aria-invalid={isWrong}
        aria-describedby={`${id}-hint`}
      />
      <p className={isWrong ? 'wrong' : 'hint'} id={`${id}-hint`}>
        {isWrong ? problemText(error) : say('keys.name.hint')}
      </p>
    </div>
  );
}
