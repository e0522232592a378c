import type { ReactNode } from 'react';
import type { Model } from '../api/types.ts';
import { Chip } from '../ui/chip.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatDay, formatExactMoney } from '../words/format.ts';
import { callersName } from '../words/model-title.ts';
import { say } from '../words/say.ts';
import type { WordKey } from '../words/words.ts';
import { RatioShape } from './ratio-shape.tsx';

const priced = [
  ['input', 'models.price.input'],
  ['image_input', 'models.price.imageInput'],
  ['text_output', 'models.price.textOutput'],
  ['image_output', 'models.price.imageOutput'],
  ['per_picture', 'models.price.perPicture'],
] as const satisfies readonly (readonly [keyof Model['prices'], WordKey])[];

/** One model: its names, its prices, and what it draws to the pixel. */
export function ModelCard({
  model,
  namesake,
}: {
  readonly model: Model;
  /** The model that this one's name means in requests, where that is another. */
  readonly namesake: Model | undefined;
}): ReactNode {
  return (
    <section className="card stack" id={model.id} aria-labelledby={`model-${model.id}`}>
      <div>
        <div className="row-of">
          <h2 id={`model-${model.id}`}>{model.display_name}</h2>
          {model.is_default && <Chip mood="good">{say('models.default')}</Chip>}
          {model.state === 'deprecated' && <Chip mood="odd">{say('models.deprecated')}</Chip>}
          {model.shutdown_on !== null && (
            <Chip mood="odd">
              {say(Date.parse(model.shutdown_on) < Date.now() ? 'models.ended' : 'models.shutdown', {
                date: formatDay(model.shutdown_on),
              })}
            </Chip>
          )}
        </div>
        <div className="row-of">
          <code className="id">{model.id}</code>
          <CopyButton text={model.id} isBare />
        </div>
        {namesake !== undefined && (
          <p className="small quiet">
            {say('models.namesake', { name: callersName(model.display_name), model: namesake.display_name })}
          </p>
        )}
        {model.successor !== null && (
          <p className="small quiet">{say('models.successor', { model: model.successor })}</p>
        )}
      </div>
      <dl className="facts">
        {model.sizes.map(({ size, picture_cost_micro_usd }) => (
          <div key={size}>
            <dt>
              {say('models.picture')} · {size}
            </dt>
            <dd className="price">{formatExactMoney(picture_cost_micro_usd)}</dd>
          </div>
        ))}
        <div>
          <dt>{say('models.references')}</dt>
          <dd>{say('models.references.value', { max: model.max_references })}</dd>
        </div>
        <div>
          <dt>{say('models.output')}</dt>
          <dd>{model.output_mime_type}</dd>
        </div>
      </dl>
      {model.names.length > 0 && (
        <p className="small">
          <span className="quiet">{say('models.names')}: </span>
          {model.names.join(', ')}
        </p>
      )}
      <details>
        <summary>{say('models.ratios')}</summary>
        <div className="table-frame">
          <table className="list">
            <thead>
              <tr>
                <th scope="col">{say('models.ratio')}</th>
                {model.sizes.map(({ size }) => (
                  <th key={size} scope="col" className="number">
                    {size}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {model.aspect_ratios.map((ratio) => (
                <tr key={ratio}>
                  <th scope="row">
                    <span className="row-of">
                      <RatioShape ratio={ratio} />
                      {ratio}
                    </span>
                  </th>
                  {model.sizes.map(({ size, pixels }) => (
                    <td key={size} className="number">
                      {pixels[ratio] ?? say('app.none')}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      <details>
        <summary>{say('models.perMillion')}</summary>
        <dl className="facts">
          {priced.map(([name, word]) => {
            const price = model.prices[name];
            return price === null ? null : (
              <div key={name}>
                <dt>{say(word)}</dt>
                <dd>{formatExactMoney(price)}</dd>
              </div>
            );
          })}
        </dl>
        <p className="small quiet">
          {model.priced_from === null
            ? say('models.priceOwn')
            : say('models.priceFrom', { date: formatDay(model.priced_from) })}
        </p>
      </details>
    </section>
  );
}
