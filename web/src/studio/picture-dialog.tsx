import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { DialogHead } from '../ui/dialog-head.tsx';
import { Modal } from '../ui/modal.tsx';
import { Moment } from '../ui/moment.tsx';
import { Money } from '../ui/money.tsx';
import { tell } from '../ui/toasts.tsx';
import { saveFile } from '../ui/save-file.ts';
import { formatDuration, formatNumber } from '../words/format.ts';
import { say } from '../words/say.ts';
import { Adaptations } from './adaptations.tsx';
import { fileNameOf, type Picture, urlOf } from './picture.ts';
import {
  drawAgain,
  editWithMask,
  putAway,
  reuseAll,
  reuseOptions,
  reusePrompt,
  takeAsReference,
} from './picture-acts.ts';

/** A picture in full, what it was drawn from, and what can be done with it. */
export function PictureDialog({
  picture,
  onClose,
  onCode,
}: {
  readonly picture: Picture;
  readonly onClose: () => void;
  readonly onCode: () => void;
}): ReactNode {
  const navigate = useNavigate();
  const { blob, wish } = picture;
  const then = (act: () => unknown) => (): void => {
    void Promise.resolve(act()).then(() => navigate({ to: '/studio' }));
    onClose();
  };
  return (
    <Modal label={say('picture.title')} className="picture-dialog" onClose={onClose}>
      <DialogHead title={say('picture.title')} onClose={onClose} />
      <div className="picture-detail">
        {blob !== undefined && <img src={urlOf(blob)} alt={wish.prompt} />}
        <div className="stack">
          <p className="whole-prompt">{wish.prompt}</p>
          <div className="row-of">
            {blob !== undefined && (
              <>
                <button
                  type="button"
                  className="button primary"
                  onClick={() => saveFile(blob, fileNameOf(picture))}
                >
                  {say('picture.download')}
                </button>
                <CopyPicture blob={blob} />
                <button type="button" className="button" onClick={then(() => takeAsReference(picture))}>
                  {say('picture.asReference')}
                </button>
                <button type="button" className="button" onClick={then(() => editWithMask(picture))}>
                  {say('picture.withMask')}
                </button>
              </>
            )}
            <button type="button" className="button" onClick={then(() => drawAgain(picture))}>
              {say('picture.again')}
            </button>
            <button type="button" className="button" onClick={onCode}>
              {say('picture.code')}
            </button>
          </div>
          <div className="row-of" role="group" aria-label={say('picture.reuse')}>
            <span className="small quiet">{say('picture.reuse')}</span>
            <button type="button" className="button" onClick={then(() => reusePrompt(picture))}>
              {say('picture.reusePrompt')}
            </button>
            <button type="button" className="button" onClick={then(() => reuseOptions(picture))}>
              {say('picture.reuseOptions')}
            </button>
            <button type="button" className="button" onClick={then(() => reuseAll(picture))}>
              {say('picture.reuseAll')}
            </button>
          </div>
          <Facts picture={picture} />
          <Adaptations adaptations={picture.adaptations ?? []} />
          <button
            type="button"
            className="button danger"
            onClick={() => {
              onClose();
              putAway([picture.id]);
            }}
          >
            {say('picture.delete')}
          </button>
        </div>
      </div>
    </Modal>
  );
}

function Facts({ picture }: { readonly picture: Picture }): ReactNode {
  const { wish, size, costMicroUsd, durationMs, tokens, orderId, atMs } = picture;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [say('studio.model'), wish.model],
    [say('picture.size'), size?.replace('x', ' × ')],
    [
      say('picture.asked'),
      [wish.ratio === '' ? say('studio.ratio.auto') : wish.ratio, wish.size].join(' · '),
    ],
    [say('picture.cost'), costMicroUsd === undefined ? undefined : <Money microUsd={costMicroUsd} />],
    [say('picture.duration'), durationMs === undefined ? undefined : formatDuration(durationMs)],
    [say('picture.tokens'), tokens === undefined ? undefined : formatNumber(tokens)],
    [
      say('picture.references'),
      wish.references.length === 0 ? undefined : formatNumber(wish.references.length),
    ],
    [say('picture.at'), <Moment key="at" at={new Date(atMs).toISOString()} isFull />],
    [
      say('picture.order'),
      orderId === undefined || orderId === '' ? undefined : (
        <Link to="/orders/$id" params={{ id: orderId }}>
          {orderId}
        </Link>
      ),
    ],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** Clipboards take PNG alone, and pages over plain HTTP have none. */
function CopyPicture({ blob }: { readonly blob: Blob }): ReactNode {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined || blob.type !== 'image/png') return null;
  const copy = (): void => {
    clipboard.write([new ClipboardItem({ [blob.type]: blob })]).then(
      () => tell(say('picture.copied')),
      () => tell(say('picture.notCopied'), true),
    );
  };
  return (
    <button type="button" className="button" onClick={copy}>
      {say('picture.copy')}
    </button>
  );
}
