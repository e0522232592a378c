import { useNavigate } from '@tanstack/react-router';
import { type CSSProperties, type KeyboardEvent, type ReactNode, useState } from 'react';
import { Icon } from '../ui/icons.tsx';
import { saveFile } from '../ui/save-file.ts';
import { formatDuration, formatMoney } from '../words/format.ts';
import { say } from '../words/say.ts';
import { Adaptations } from './adaptations.tsx';
import { cureOf } from './cure-of.ts';
import { retry, stop } from './draw-queue.ts';
import { form } from './form.ts';
import { fileNameOf, isUnderWay, type Picture, shownShape, urlOf } from './picture.ts';
import { drawAgain, editWithMask, putAway, reuseAll, takeAsReference } from './picture-acts.ts';
import { Seconds } from './seconds.tsx';

/** One picture of a list: a frame of its shape at once, then how it goes, then what came or what went wrong. */
export function PictureCard({
  picture,
  isChosen,
  onChoose,
  onOpen,
}: {
  readonly picture: Picture;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onOpen: () => void;
}): ReactNode {
  const navigate = useNavigate();
  // What was drawn stays there while the same is drawn again.
  const [firstSize] = useState(() => picture.size);
  const { blob, wish, state } = picture;
  const shape = shownShape({ size: picture.size ?? firstSize, state });
  const toStudio = (): void => void navigate({ to: '/studio' });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      r: () => void takeAsReference(picture).then(toStudio),
      m: () => void editWithMask(picture).then(toStudio),
      c: onChoose,
      i: onOpen,
      d: () => blob !== undefined && saveFile(blob, fileNameOf(picture)),
      v: () => retryBeside(picture),
      delete: () => putAway([picture.id]),
    }[event.key.toLowerCase()];
    if (act === undefined || (blob === undefined && /^[rmcd]$/i.test(event.key))) return;
    event.preventDefault();
    act();
  };
  return (
    <li style={{ '--shape': shape } as CSSProperties}>
      <article className="picture card" data-state={state} aria-label={wish.prompt} onKeyDown={onKeyDown}>
        <div className="picture-frame" style={{ aspectRatio: state === 'failed' ? 'auto' : shape }}>
          <Inside picture={picture} onOpen={onOpen} />
          {blob !== undefined && !isUnderWay(picture) && (
            <label className="pick">
              <input
                type="checkbox"
                checked={isChosen}
                onChange={onChoose}
                aria-label={say('picture.choose')}
              />
            </label>
          )}
        </div>
        <p className="picture-prompt" title={wish.prompt}>
          {wish.prompt}
        </p>
        <p className="picture-facts small quiet">
          {[
            blob === undefined && !isUnderWay(picture) ? undefined : picture.size?.replace('x', ' × '),
            // Of one that failed it stands with the reason.
            picture.costMicroUsd === undefined || state === 'failed'
              ? undefined
              : formatMoney(picture.costMicroUsd),
            picture.durationMs === undefined ? undefined : formatDuration(picture.durationMs),
          ]
            .filter((fact) => fact !== undefined)
            .join(' · ')}
        </p>
        <Adaptations adaptations={picture.adaptations ?? []} />
        <div className="row-of picture-acts">
          {isUnderWay(picture) && (
            <button type="button" className="button" onClick={() => stop(picture.id)}>
              {say('picture.stop')}
            </button>
          )}
          {(state === 'failed' || state === 'stopped') && (
            <>
              <button
                type="button"
                className="button"
                onClick={() => retry(picture, form.get().keyId || picture.keyId)}
              >
                {say('picture.retry')}
              </button>
              <button
                type="button"
                className="button bare"
                onClick={() => {
                  reuseAll(picture);
                  toStudio();
                }}
              >
                {say('picture.reuse')}
              </button>
              <button
                type="button"
                className="button bare icon-only"
                aria-label={say('picture.delete')}
                onClick={() => putAway([picture.id])}
              >
                <Icon name="bin" />
              </button>
            </>
          )}
          {state === 'done' && blob !== undefined && (
            <>
              <button
                type="button"
                className="button"
                onClick={() => void takeAsReference(picture).then(toStudio)}
              >
                {say('picture.edit')}
              </button>
              <button
                type="button"
                className="button bare icon-only"
                aria-label={say('picture.download')}
                onClick={() => saveFile(blob, fileNameOf(picture))}
              >
                <Icon name="download" />
              </button>
              <button type="button" className="button bare" onClick={onOpen}>
                {say('picture.more')}
              </button>
            </>
          )}
        </div>
      </article>
    </li>
  );
}

function retryBeside(picture: Picture): void {
  if (!isUnderWay(picture)) drawAgain(picture);
}

function Inside({ picture, onOpen }: { readonly picture: Picture; readonly onOpen: () => void }): ReactNode {
  const { blob, draft, state, wish, failure, costMicroUsd = 0 } = picture;
  if (isUnderWay(picture))
    return (
      <>
        {draft !== undefined && <img className="draft" src={urlOf(draft)} alt={say('picture.draft')} />}
        <p className="progress" role="status">
          <Icon name="busy" />
          {state === 'waiting' ? say('picture.waiting') : <Seconds picture={picture} />}
        </p>
      </>
    );
  if (state === 'failed') {
    const cure = cureOf(failure ?? {});
    return (
      <div className="failure" role="alert">
        <p>{failure?.message}</p>
        {cure !== '' && <p>{cure}</p>}
        {costMicroUsd > 0 && <p>{say('picture.counted', { money: formatMoney(costMicroUsd) })}</p>}
      </div>
    );
  }
  if (blob === undefined) return <p className="progress">{say('picture.stopped')}</p>;
  return (
    <button type="button" className="picture-open" onClick={onOpen}>
      <img src={urlOf(blob)} alt={wish.prompt} />
    </button>
  );
}
