import { type ReactNode, useState } from 'react';
import { CodeDialog } from './code-dialog.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import type { Picture } from './picture.ts';
import { PictureCard } from './picture-card.tsx';
import { PictureDialog } from './picture-dialog.tsx';
import { SelectionBar } from './selection-bar.tsx';

/** Pictures with everything that can be done with them, one by one or several at once. */
export function PictureGrid({ pictures }: { readonly pictures: readonly Picture[] }): ReactNode {
  const [openId, setOpenId] = useState<string>();
  const [codeId, setCodeId] = useState<string>();
  const [compared, setCompared] = useState<readonly string[]>([]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
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
