import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { modelsQuery } from '../api/queries.ts';
import type { Key } from '../api/types.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { formText } from '../ui/form-text.ts';
import { tell } from '../ui/toasts.tsx';
import { say } from '../words/say.ts';
import { AllowanceDialog } from './allowance-dialog.tsx';
import { SetLimits } from './limit-bar.tsx';

/** What of a key or a project may be used of single models, beside its own limits; set where it is live. */
export function ModelLimits({
  of,
  address,
  isLive,
}: {
  readonly of: Pick<Key, 'model_limits' | 'model_usage'>;
  readonly address: { readonly key: string } | { readonly project: string };
  readonly isLive: boolean;
}): ReactNode {
  const client = useQueryClient();
  const [asking, setAsking] = useState<{ readonly model?: string }>();
  const limited = Object.entries(of.model_limits).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const close = (): void => setAsking(undefined);
  return (
    <section className="card stack">
      <h2>{say('limits.models')}</h2>
      {limited.length === 0 && <p className="quiet">{say('limits.models.none')}</p>}
      {limited.map(([model, limits]) => (
        <div key={model} className="stack part">
          <div className="row-of spread">
            <h3 className="mono">{model}</h3>
            {isLive && (
              <button
                type="button"
                className="button"
                aria-label={say('limits.changeOf', { name: model })}
                onClick={() => setAsking({ model })}
              >
                {say('limits.change')}
              </button>
            )}
          </div>
          <SetLimits of={{ limits, usage: of.model_usage[model] ?? {} }} />
        </div>
      ))}
      {isLive && (
        <div className="row-of">
          <button type="button" className="button" onClick={() => setAsking({})}>
            {say('limits.models.add')}
          </button>
        </div>
      )}
      {asking !== undefined && asking.model === undefined && (
        <ModelDialog onChosen={(model) => setAsking({ model })} onClose={close} />
      )}
      {asking?.model !== undefined && (
        <AllowanceDialog
          title={say('limits.of', { name: asking.model })}
          lead={say('limits.models.lead')}
          address={{ ...address, model: asking.model }}
          onClose={close}
          onSaved={() => {
            tell(say('key.saved', { name: asking.model ?? '' }));
            close();
            void client.invalidateQueries({ queryKey: ['keys'] });
            void client.invalidateQueries({ queryKey: ['projects'] });
          }}
        />
      )}
    </section>
  );
}

function ModelDialog({
  onChosen,
  onClose,
}: {
  readonly onChosen: (model: string) => void;
  readonly onClose: () => void;
}): ReactNode {
  const id = useId();
  const { data, error } = useQuery(modelsQuery);
  return (
    <FormDialog
      title={say('limits.models.add')}
      act={say('app.next')}
      isDisabled={data === undefined}
      error={error}
      onSubmit={(form) => data !== undefined && onChosen(formText(form, 'model'))}
      onClose={onClose}
    >
      <div className="field">
        <label htmlFor={id}>{say('limits.model')}</label>
        <select id={id} name="model" className="input" autoFocus>
          {data?.data.map((model) => (
            <option key={model.id} value={model.id}>
              {model.id}
            </option>
          ))}
        </select>
      </div>
    </FormDialog>
  );
}
