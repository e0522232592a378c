import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useId, useRef, useState } from 'react';
import { call } from '../api/call.ts';
import { newId } from '../api/new-id.ts';
import { microUsdOf } from '../ui/dollars.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { formText } from '../ui/form-text.ts';
import { notOf, TextField } from '../ui/text-field.tsx';
import { say } from '../words/say.ts';

/** Asks how much is given back to the budgets of a key or project, or taken, and why. */
export function CreditDialog({
  address,
  onSaved,
  onClose,
}: {
  readonly address: Readonly<Record<string, string>>;
  readonly onSaved: (microUsd: number) => void;
  readonly onClose: () => void;
}): ReactNode {
  const id = useId();
  const [isTaken, setTaken] = useState(false);
  // The same again, after an answer that did not come, must not be booked twice.
  const tried = useRef({ text: '', idempotencyKey: '' });
  const save = useMutation({
    mutationFn: async (form: FormData) => {
      const amount = microUsdOf(formText(form, 'amount_micro_usd'));
      const body = {
        ...address,
        amount_micro_usd: isTaken ? -amount : amount,
        reason: formText(form, 'reason').trim(),
      };
      const text = JSON.stringify(body);
      if (tried.current.text !== text) tried.current = { text, idempotencyKey: newId() };
      const { idempotencyKey } = tried.current;
      await call('/adjustments', { method: 'POST', body, idempotencyKey });
      return body.amount_micro_usd;
    },
    onSuccess: onSaved,
  });
  const { error } = save;
  return (
    <FormDialog
      title={say('credits.add')}
      act={say('credits.book')}
      isDisabled={save.isPending}
      error={notOf(error, 'amount_micro_usd', 'reason')}
      onSubmit={(form) => {
        if (!save.isPending) save.mutate(form);
      }}
      onClose={onClose}
    >
      <p className="quiet">{say('credits.add.lead')}</p>
      <div className="field">
        <label htmlFor={id}>{say('credits.way')}</label>
        <select
          id={id}
          className="input"
          value={isTaken ? 'take' : 'give'}
          onChange={({ target }) => setTaken(target.value === 'take')}
        >
          <option value="give">{say('credits.way.give')}</option>
          <option value="take">{say('credits.way.take')}</option>
        </select>
      </div>
      <TextField
        param="amount_micro_usd"
        label={say('credits.dollars')}
        error={error}
        type="number"
        min="0.000001"
        step="any"
        required
        autoFocus
      />
      <TextField
        param="reason"
        label={say('credits.reason')}
        hint={say('reason.hint')}
        error={error}
        required
        maxLength={500}
      />
    </FormDialog>
  );
}
