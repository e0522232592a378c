import { type ReactNode, useState } from 'react';
import { DialogHead } from '../ui/dialog-head.tsx';
import { Modal } from '../ui/modal.tsx';
import { formatDuration, formatMoney, formatWhen } from '../words/format.ts';
import { say } from '../words/say.ts';
import { type Picture, urlOf } from './picture.ts';

/** Two pictures of one shape one over the other with a slider between them; others side by side. */
export function CompareDialog({
  pictures,
  onClose,
}: {
  readonly pictures: readonly Picture[];
  readonly onClose: () => void;
}): ReactNode {
  const [one, other] = pictures;
  const canSlide = pictures.length === 2 && one?.size !== undefined && one.size === other?.size;
  const [isSliding, setSliding] = useState(canSlide);
  return (
    <Modal label={say('selection.compare')} className="compare-dialog" onClose={onClose}>
      <DialogHead title={say('selection.compare')} onClose={onClose}>
        {canSlide && (
          <button
            type="button"
            className="button"
            aria-pressed={isSliding}
            onClick={() => setSliding(!isSliding)}
          >
            {say('compare.slider')}
          </button>
        )}
      </DialogHead>
      {isSliding && one !== undefined && other !== undefined ? (
        <Slider one={one} other={other} />
      ) : (
        <div className="compare-grid">
          {pictures.map((picture) => (
            <figure key={picture.id}>
              {picture.blob !== undefined && <img src={urlOf(picture.blob)} alt={picture.wish.prompt} />}
              <figcaption className="small">
                <Caption picture={picture} />
              </figcaption>
            </figure>
          ))}
        </div>
      )}
    </Modal>
  );
}

/** Which picture it is: what it was drawn from, and what tells it from others of the same prompt. */
function Caption({ picture }: { readonly picture: Picture }): ReactNode {
  const { wish, size, costMicroUsd, durationMs, atMs } = picture;
  return (
    <>
      <span className="compare-prompt" title={wish.prompt}>
        {wish.prompt}
      </span>
      <span className="quiet">
        {[
          wish.model,
          size?.replace('x', ' × '),
          costMicroUsd === undefined ? undefined : formatMoney(costMicroUsd),
          durationMs === undefined ? undefined : formatDuration(durationMs),
          formatWhen(new Date(atMs).toISOString()),
        ]
          .filter((fact) => fact !== undefined)
          .join(' · ')}
      </span>
    </>
  );
}

function Slider({ one, other }: { readonly one: Picture; readonly other: Picture }): ReactNode {
  const [at, setAt] = useState(50);
  const [width = 1, height = 1] = (one.size ?? '1x1').split('x').map(Number);
  return (
    <div className="compare-slider">
      <div
        className="compare-stack"
        style={{
          aspectRatio: `${width} / ${height}`,
          maxInlineSize: `calc((100dvh - 18rem) * ${width / height})`,
        }}
      >
        {one.blob !== undefined && <img src={urlOf(one.blob)} alt={one.wish.prompt} />}
        {other.blob !== undefined && (
          <img src={urlOf(other.blob)} alt={other.wish.prompt} style={{ clipPath: `inset(0 0 0 ${at}%)` }} />
        )}
        <div className="compare-edge" style={{ insetInlineStart: `${at}%` }} aria-hidden="true" />
      </div>
      <div className="compare-captions small">
        {(
          [
            ['compare.left', one],
            ['compare.right', other],
          ] as const
        ).map(([side, picture]) => (
          <div key={side}>
            <strong>{say(side)}</strong>
            <Caption picture={picture} />
          </div>
        ))}
      </div>
      <label className="slider">
        {say('compare.at')}
        <input
          type="range"
          min={0}
          max={100}
          value={at}
          onChange={({ target }) => setAt(Number(target.value))}
        />
      </label>
    </div>
  );
}
