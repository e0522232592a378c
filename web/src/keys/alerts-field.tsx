import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { settingsQuery } from '../api/queries.ts';
import { formText } from '../ui/form-text.ts';
import { TextField } from '../ui/text-field.tsx';
import { say, sayValue } from '../words/say.ts';

const ways = ['usual', 'never', 'at'] as const;

/** What stands in the field: null is as everywhere, none is never. */
export function alertsOf(form: FormData): number[] | null {
  const way = form.get('alerts');
  if (way !== 'at') return way === 'never' ? [] : null;
  return numbersOf(formText(form, 'alert_at'));
}

const numbersOf = (text: string): number[] =>
  text
    .split(/[\s,%]+/)
    .filter((word) => word !== '')
    .map(Number);

/** At which percents of its limits something is told. */
export function AlertsField({
  alertAt,
  error,
}: {
  readonly alertAt: readonly number[] | null;
  readonly error: unknown;
}): ReactNode {
  const id = useId();
  // What is set nowhere is as the whole server has it: shown, and what one's own begin with.
  const settings = useQuery(settingsQuery);
  const usual = numbersOf(
    settings.data?.data.find(({ name }) => name === 'budgets.alert_at')?.value ?? '',
  ).join(', ');
  const shown = alertAt === null || alertAt.length === 0 ? usual : alertAt.join(', ');
  const [way, setWay] = useState<string>(alertAt === null ? 'usual' : alertAt.length === 0 ? 'never' : 'at');
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{say('alerts')}</label>
        <select
          id={id}
          name="alerts"
          className="input"
          value={way}
          onChange={({ target }) => setWay(target.value)}
        >
          {ways.map((one) => (
            <option key={one} value={one}>
              {one === 'usual' && usual !== ''
                ? say('alerts.usualAt', { percents: usual })
                : sayValue('alerts', one)}
            </option>
          ))}
        </select>
      </div>
      {way === 'at' && (
        <TextField
          param="alert_at"
          label={say('alerts.percents')}
          hint={say('alerts.hint')}
          error={error}
          required
          key={shown}
          defaultValue={shown}
          check={(text) => (isPercents(numbersOf(text)) ? '' : say('alerts.hint'))}
        />
      )}
    </>
  );
}

const isPercents = (numbers: readonly number[]): boolean =>
  numbers.length > 0 && numbers.every((number) => Number.isInteger(number) && number >= 1 && number <= 100);
