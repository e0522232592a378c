import { type ReactNode, useId, useState } from 'react';
import { dollarsOf, microUsdOf } from '../ui/dollars.ts';
import { formText } from '../ui/form-text.ts';
import { FieldHint, isOf } from '../ui/text-field.tsx';
import { say, sayValue } from '../words/say.ts';
import { isMoney, type LimitName, limitNames } from './limits.ts';

/** What stands in the fields of the form, by limit: null is no limit. */
export function limitsOf(form: FormData): Record<LimitName, number | null> {
  const amountOf = (name: LimitName): number | null => {
    const text = formText(form, name).trim();
    if (text === '') return null;
    return isMoney(name) ? microUsdOf(text) : Number(text);
  };
  return Object.fromEntries(limitNames.map((name) => [name, amountOf(name)])) as Record<
    LimitName,
    number | null
  >;
}

/** One row a limit, each with an explicit "No limit". */
export function LimitsFields({
  limits,
  error,
  at = 'limits.',
}: {
  readonly limits: Readonly<Record<string, number | null>>;
  readonly error: unknown;
  /** Where they stand in the body that is sent. */
  readonly at?: string;
}): ReactNode {
  return (
    <div className="stack limits-fields">
      {limitNames.map((name) => (
        <LimitField
          key={name}
          name={name}
          param={`${at}${name}`}
          limit={limits[name] ?? null}
          error={error}
        />
      ))}
    </div>
  );
}

function LimitField({
  name,
  param,
  limit,
  error,
}: {
  readonly name: LimitName;
  readonly param: string;
  readonly limit: number | null;
  readonly error: unknown;
}): ReactNode {
  const id = useId();
  const [isNone, setNone] = useState(limit === null);
  const word = sayValue('limit', name);
  return (
    <div className="limit-field">
      <label htmlFor={id}>{isMoney(name) ? say('limit.dollars', { name: word }) : word}</label>
      <input
        id={id}
        name={name}
        className="input"
        type="number"
        min="0"
        // To the micro-dollar, as the API takes it.
        step={isMoney(name) ? 'any' : '1'}
        aria-invalid={isOf(error, param)}
        aria-describedby={isOf(error, param) ? `${id}-hint` : undefined}
        disabled={isNone}
        required
        defaultValue={limit === null ? '' : isMoney(name) ? dollarsOf(limit) : limit}
      />
      <label className="row-of">
        <input
          type="checkbox"
          aria-label={`${word}: ${say('limit.none')}`}
          checked={isNone}
          onChange={() => setNone(!isNone)}
        />
        {say('limit.none')}
      </label>
      <FieldHint id={`${id}-hint`} error={error} param={param} />
    </div>
  );
}
