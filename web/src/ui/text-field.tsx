import {
  type InputHTMLAttributes,
  type ReactNode,
  type RefObject,
  useLayoutEffect,
  useId,
  useRef,
} from 'react';
import { ApiError } from '../api/call.ts';
import { problemText } from './problem.tsx';

/** Whether something was refused for this field of the API, or for something in it. */
export function isOf(error: unknown, ...params: readonly string[]): error is ApiError {
  const { param } = error instanceof ApiError ? error : {};
  return param !== undefined && params.some((one) => param === one || param.startsWith(`${one}.`));
}

/** What no field tells by itself, for the foot of a form. */
export function notOf<Problem extends Error>(
  error: Problem | null,
  ...params: readonly string[]
): Problem | null {
  return isOf(error, ...params) ? null : error;
}

/** What stands below a field: how it is filled in, or why what stood in it was refused. */
export function FieldHint({
  id,
  hint,
  error,
  param,
}: {
  readonly id: string;
  readonly hint?: string | undefined;
  readonly error: unknown;
  readonly param: string;
}): ReactNode {
  if (isOf(error, param))
    return (
      <p className="wrong" id={id} role="alert">
        {problemText(error)}
      </p>
    );
  return hint === undefined ? null : (
    <p className="hint" id={id}>
      {hint}
    </p>
  );
}

/** A field of a form, by the name that the API has for it: what it refuses there is told there. */
export function TextField({
  param,
  label,
  hint,
  error,
  lines = 1,
  check,
  ...rest
}: Pick<
  InputHTMLAttributes<HTMLInputElement>,
  'type' | 'required' | 'maxLength' | 'autoFocus' | 'defaultValue' | 'min' | 'max' | 'step' | 'spellCheck'
> & {
  readonly param: string;
  readonly label: string;
  readonly hint?: string;
  readonly error: unknown;
  readonly lines?: number;
  /** What is wrong with what stands in it; empty: nothing. */
  readonly check?: (text: string) => string;
}): ReactNode {
  const id = useId();
  const field = useRef<HTMLInputElement | HTMLTextAreaElement>(null);
  const isWrong = isOf(error, param);
  // Of one frame with the message, so that nobody who reads it types elsewhere.
  useLayoutEffect(() => {
    if (isWrong) field.current?.focus();
  }, [isWrong, error]);
  const shared = {
    ...rest,
    id,
    name: param,
    className: 'input',
    autoComplete: 'off',
    'aria-invalid': isWrong,
    'aria-describedby': isWrong || hint !== undefined ? `${id}-hint` : undefined,
    ...(check !== undefined && {
      onInput: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
        currentTarget.setCustomValidity(check(currentTarget.value)),
    }),
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {lines > 1 ? (
        <textarea {...shared} rows={lines} ref={field as RefObject<HTMLTextAreaElement>} />
      ) : (
        <input {...shared} ref={field as RefObject<HTMLInputElement>} />
      )}
      <FieldHint id={`${id}-hint`} hint={hint} error={error} param={param} />
    </div>
  );
}
