import type { ReactNode } from 'react';
import { say, sayCount } from '../words/say.ts';
import { stopWaiting } from './draw-queue.ts';
import { isUnderWay, type Picture } from './picture.ts';
import { putAway } from './picture-acts.ts';
import { saveFile } from '../ui/save-file.ts';
import { zipPictures } from './zip-pictures.ts';

const mostCompared = 4;

/** What can be done with several pictures, and how those under way come along. */
export function SelectionBar({
  all,
  chosen,
  onChoose,
  onCompare,
}: {
  readonly all: readonly Picture[];
  readonly chosen: readonly Picture[];
  readonly onChoose: (ids: readonly string[]) => void;
  readonly onCompare: (ids: readonly string[]) => void;
}): ReactNode {
  const ready = all.filter(({ blob }) => blob !== undefined);
  const waiting = all.filter(({ state }) => state === 'waiting').length;
  const left = all.filter(isUnderWay).length;
  const ids = chosen.map(({ id }) => id);
  const zip = async (): Promise<void> => saveFile(await zipPictures(chosen), 'plantain-pictures.zip');
  return (
    <div className="selection row-of">
      {left > 0 && (
        <>
          <span role="status">{sayCount('studio.underWay', left)}</span>
          {waiting > 0 && (
            <button type="button" className="button" onClick={stopWaiting}>
              {sayCount('studio.stopWaiting', waiting)}
            </button>
          )}
        </>
      )}
      {ready.length > 0 && chosen.length === 0 && (
        <button type="button" className="button bare" onClick={() => onChoose(ready.map(({ id }) => id))}>
          {say('selection.all')}
        </button>
      )}
      {chosen.length > 0 && (
        <>
          <span role="status">{sayCount('selection.count', chosen.length)}</span>
          <button
            type="button"
            className="button"
            disabled={chosen.length < 2 || chosen.length > mostCompared}
            title={say('selection.compare.hint')}
            onClick={() => onCompare(ids)}
          >
            {say('selection.compare')}
          </button>
          <button type="button" className="button" onClick={() => void zip()}>
            {say('selection.zip')}
          </button>
          <button
            type="button"
            className="button danger"
            onClick={() => {
              putAway(ids);
              onChoose([]);
            }}
          >
            {say('picture.delete')}
          </button>
          <button type="button" className="button bare" onClick={() => onChoose([])}>
            {say('selection.none')}
          </button>
        </>
      )}
    </div>
  );
}
