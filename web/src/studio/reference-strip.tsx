import { type DragEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { Icon } from '../ui/icons.tsx';
import { tell } from '../ui/toasts.tsx';
import { say } from '../words/say.ts';
import { addReferences, moveReference, removeReference } from './change-references.ts';
import { changeForm } from './form.ts';
import { MaskEditor } from './dialogs.tsx';
import { urlOf } from './picture.ts';
import { noteMask, offeredMask } from './offered-mask.ts';
import { picturesIn, readReference } from './read-reference.ts';
import { createStore, useStore } from './store.ts';
import type { Mask, Reference } from './wish.ts';

/** Whether the mask is being painted; other places may ask for that. */
export const isMasking = createStore(false);

/** The pictures that are sent along: dropped, pasted, chosen, or taken from what was drawn. */
export function ReferenceStrip({
  references,
  mask,
  most,
  maxBytes,
}: {
  readonly references: readonly Reference[];
  readonly mask: Mask | undefined;
  readonly most: number;
  readonly maxBytes: number;
}): ReactNode {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const isPainting = useStore(isMasking);
  const [first] = references;

  const take = async (files: readonly File[]): Promise<void> => {
    const read = await Promise.allSettled(files.map((file) => readReference(file, file.name, maxBytes)));
    for (const one of read) if (one.status === 'rejected') tell((one.reason as Error).message, true);
    const left = addReferences(
      read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
      most,
    );
    if (left > 0) tell(say('reference.tooMany', { most }), true);
  };
  useLayoutEffect(() => {
    const onPaste = (event: globalThis.ClipboardEvent): void => {
      const files = picturesIn(event.clipboardData);
      if (files.length === 0 || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      void take(files);
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  });
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(picturesIn(event.dataTransfer));
  };
  return (
    <div
      className="references"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <span className="label" id={id}>
        {say('reference.title')}
      </span>
      <ol aria-labelledby={id}>
        {references.map((reference, index) => (
          <li key={reference.id}>
            <img src={urlOf(reference.blob)} alt={reference.name} />
            <span className="small quiet">
              {say('app.pixels', { width: reference.width, height: reference.height })}
            </span>
            <span className="row-of">
              {index > 0 && (
                <button
                  type="button"
                  className="button bare icon-only"
                  aria-label={say('reference.forward', { name: reference.name })}
                  onClick={() => moveReference(reference.id)}
                >
                  <Icon name="forward" />
                </button>
              )}
              <button
                type="button"
                className="button bare icon-only"
                aria-label={say('reference.remove', { name: reference.name })}
                onClick={() => removeReference(reference.id)}
              >
                <Icon name="bad" />
              </button>
            </span>
          </li>
        ))}
        {references.length < most && (
          <li>
            <button type="button" className="button add" onClick={() => input.current?.click()}>
              {say('reference.add')}
            </button>
          </li>
        )}
      </ol>
      <input
        ref={input}
        className="visually-hidden"
        type="file"
        accept="image/*"
        multiple
        tabIndex={-1}
        aria-label={say('reference.add')}
        onChange={({ target }) => {
          void take([...(target.files ?? [])]);
          target.value = '';
        }}
      />
      {references.length === 0 ? (
        <span className="small quiet">{say('reference.hint')}</span>
      ) : (
        <button type="button" className="button mask-open" onClick={() => isMasking.set(() => true)}>
          <Icon name="brush" />
          {say(mask === undefined ? 'mask.open' : 'mask.change')}
        </button>
      )}
      {isPainting && first !== undefined && (
        <MaskEditor
          reference={first}
          mask={mask ?? offeredMask(first.id)}
          onDone={(painted) => {
            noteMask(first.id, painted);
            changeForm({ mask: painted });
            isMasking.set(() => false);
          }}
          onClose={() => isMasking.set(() => false)}
        />
      )}
    </div>
  );
}
