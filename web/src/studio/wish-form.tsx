import { type KeyboardEvent, type ReactNode, type SubmitEvent, useId, useMemo, useState } from 'react';
import type { Model, Studio } from '../api/types.ts';
import { isRefusal } from '../api/until-reached.ts';
import { modelTitle } from '../words/model-title.ts';
import { say } from '../words/say.ts';
import { BatchRows } from './batch-rows.tsx';
import { CodeDialog } from './dialogs.tsx';
import { draw } from './draw-queue.ts';
import { fillTemplate, placeholdersOf } from './fill-template.ts';
import { changeForm, form, mostPictures } from './form.ts';
import { FormatChoice } from './format-choice.tsx';
import { PriceLine } from './price-line.tsx';
import { RatioChoice } from './ratio-choice.tsx';
import { ReferenceStrip } from './reference-strip.tsx';
import { useStore } from './store.ts';
import { usePrice } from './use-price.ts';
import { fitToModel, maskOf, pixelsOf, usualCost, type Wish } from './wish.ts';

/** What is to be drawn. */
export function WishForm({
  studio,
  models,
}: {
  readonly studio: Studio;
  readonly models: readonly Model[];
}): ReactNode {
  const id = useId();
  const shown = useStore(form);
  const isOfSeveral = new Set(studio.keys.map(({ project }) => project)).size > 1;
  const [isCoding, setCoding] = useState(false);
  const { keyId, count, rows, prompt, ...options } = shown;
  const model = models.find((one) => one.id === shown.model);
  const names = placeholdersOf(prompt);
  const isBatch = names.length > 0 && rows.trim() !== '';
  const filled = useMemo(() => (isBatch ? fillTemplate(prompt, rows) : undefined), [isBatch, prompt, rows]);
  const prompts = filled?.prompts ?? [prompt];
  const longest = prompts.reduce((one, other) => (other.length > one.length ? other : one), '');
  const price = usePrice({ ...options, prompt: longest }, count, keyId);
  // Rows that are wrong have no prompts. A price that could not be asked for keeps nobody from drawing.
  const canDraw =
    prompts.length > 0 &&
    prompts.every((text) => text.trim() !== '') &&
    filled?.isTooMany !== true &&
    !isRefusal(price.error);

  const submit = (): void => {
    if (!canDraw) return;
    const size = price.dryRun?.size ?? pixelsOf(options, model);
    const wish: Omit<Wish, 'prompt'> = options;
    const wishes = prompts.flatMap((text) =>
      Array.from({ length: count }, () => ({ wish: { ...wish, prompt: text }, size })),
    );
    draw(wishes, keyId);
  };
  const onSubmit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    submit();
  };
  const onPromptKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
  };
  return (
    <form className="wish card stack" onSubmit={onSubmit} aria-label={say('studio.form')}>
      <div className="field">
        <label htmlFor="prompt">{say('studio.prompt')}</label>
        <textarea
          id="prompt"
          className="input prompt"
          required
          maxLength={32_000}
          rows={4}
          placeholder={say('studio.prompt.hint')}
          aria-describedby={`${id}-keys`}
          value={prompt}
          onChange={({ target }) => changeForm({ prompt: target.value })}
          onKeyDown={onPromptKey}
        />
        <span className="hint" id={`${id}-keys`}>
          {say('studio.prompt.keys', { example: '{{name}}' })}
        </span>
      </div>
      {names.length > 0 && <BatchRows names={names} rows={rows} filled={filled} />}
      <ReferenceStrip
        references={shown.references}
        mask={maskOf(shown)}
        most={Math.min(16, model?.max_references ?? 16)}
        maxBytes={studio.max_reference_bytes}
      />
      <div className="field">
        <label htmlFor={`${id}-model`}>{say('studio.model')}</label>
        <select
          id={`${id}-model`}
          className="input"
          value={shown.model}
          onChange={({ target }) => {
            const chosen = models.find((one) => one.id === target.value);
            if (chosen !== undefined) changeForm(fitToModel(shown, chosen));
          }}
        >
          {models.map((one) => (
            <option key={one.id} value={one.id}>
              {modelTitle(one, models)}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}-key`}>{say('studio.key')}</label>
        <select
          id={`${id}-key`}
          className="input"
          value={keyId}
          onChange={({ target }) => changeForm({ keyId: target.value })}
        >
          {studio.keys.map((key) => (
            <option key={key.id} value={key.id}>
              {isOfSeveral ? say('studio.key.of', { name: key.name, project: key.project }) : key.name}
            </option>
          ))}
        </select>
      </div>
      {model !== undefined && <RatioChoice model={model} />}
      <div className="pair">
        <div className="field">
          <label htmlFor={`${id}-count`}>{say('studio.count')}</label>
          <input
            id={`${id}-count`}
            className="input"
            type="number"
            min={1}
            max={mostPictures}
            required
            value={count}
            onChange={({ target }) =>
              changeForm({
                count: Math.min(mostPictures, Math.max(1, Math.trunc(target.valueAsNumber) || 1)),
              })
            }
          />
        </div>
        <FormatChoice format={shown.format} compression={shown.compression} />
      </div>
      <div className="wish-end">
        <PriceLine
          price={price}
          orders={prompts.length}
          pictures={prompts.length * count}
          isBatch={isBatch}
          usual={usualCost(shown, model)}
        />
        <div className="row-of">
          <button type="submit" className="button primary draw" aria-disabled={!canDraw}>
            {say('studio.draw')}
          </button>
          <button type="button" className="button" onClick={() => setCoding(true)}>
            {say('picture.code')}
          </button>
        </div>
      </div>
      {isCoding && <CodeDialog wish={shown} count={count} onClose={() => setCoding(false)} />}
    </form>
  );
}
