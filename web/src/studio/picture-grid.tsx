import { type ReactNode, useEffect, useState } from 'react';
import { CodeDialog, CompareDialog, fetchDialogs, PictureDialog } from './dialogs.tsx';
import type { Picture } from './picture.ts';
import { PictureCard } from './picture-card.tsx';
import { SelectionBar } from './selection-bar.tsx';

/** After this long a page is there. */
const restMs = 1000;

/** Pictures with everything that can be done with them, one by one or several at once. */
export function PictureGrid({ pictures }: { readonly pictures: readonly Picture[] }): ReactNode {
  const [openId, setOpenId] = useState<string>();
  const [codeId, setCodeId] = useState<string>();
  const [compared, setCompared] = useState<readonly string[]>([]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const timer = setTimeout(fetchDialogs, restMs);
    return () => clearTimeout(timer);
  }, []);
  const ofIds = (ids: Iterable<string>): Picture[] =>
    [...ids].flatMap((id) => pictures.find((picture) => picture.id === id) ?? []);
  const [open, code] = [openId, codeId].map((id) => pictures.find((picture) => picture.id === id));
  const choose = (id: string): void =>
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  return (
    <>
      <SelectionBar
        all={pictures}
        chosen={ofIds(chosen)}
        onChoose={(ids) => setChosen(new Set(ids))}
        onCompare={(ids) => setCompared(ids)}
      />
      <ul className="pictures">
        {pictures.map((picture) => (
          <PictureCard
            key={picture.id}
            picture={picture}
            isChosen={chosen.has(picture.id)}
            onChoose={() => choose(picture.id)}
            onOpen={() => setOpenId(picture.id)}
          />
        ))}
      </ul>
      {open !== undefined && (
        <PictureDialog
          picture={open}
          onClose={() => setOpenId(undefined)}
          onCode={() => {
            setOpenId(undefined);
            setCodeId(open.id);
          }}
        />
      )}
      {code !== undefined && <CodeDialog wish={code.wish} onClose={() => setCodeId(undefined)} />}
      {compared.length > 1 && <CompareDialog pictures={ofIds(compared)} onClose={() => setCompared([])} />}
    </>
  );
}
