import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { Icon } from '../ui/icons.tsx';
import { Modal } from '../ui/modal.tsx';
import { saveFile } from '../ui/save-file.ts';
import { say } from '../words/say.ts';
import { MaskCanvas } from './mask-canvas.tsx';
import type { MaskDrawing } from './mask-drawing.ts';
import { maskFile, readMaskFile } from './mask-file.ts';
import { MaskRectangle } from './mask-rectangle.tsx';
import { type MaskSettings, MaskTools } from './mask-tools.tsx';
import { maskTools, useMaskTool } from './use-mask-tool.ts';
import type { Mask, Reference } from './wish.ts';

/** Paints where a picture may change, by pointer, by keys, in numbers, or from a file. */
export function MaskEditor({
  reference,
  mask,
  onDone,
  onClose,
}: {
  readonly reference: Reference;
  readonly mask: Mask | undefined;
  readonly onDone: (mask: Mask | undefined) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { width, height } = reference;
  const longest = Math.max(width, height);
  const [settings, setSettings] = useState<MaskSettings>({
    tool: 'brush',
    erases: false,
    brushPx: Math.max(1, Math.round(longest / 12)),
    featherPx: mask?.featherPx ?? 0,
    zoom: 1,
    tint: 0.55,
  });
  const change = (changes: Partial<MaskSettings>): void => setSettings((now) => ({ ...now, ...changes }));
  const tool = useMaskTool(mask?.drawing ?? [], settings.featherPx);
  const file = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState('');
  const isEmpty = tool.drawing.length === 0;
  const isChanged =
    tool.drawing.length !== (mask?.drawing.length ?? 0) ||
    tool.drawing.some((shape, at) => shape !== mask?.drawing[at]) ||
    settings.featherPx !== (mask?.featherPx ?? 0);
  /** What was painted when Escape asked for a second one: painting on takes the question back. */
  const [askedOf, setAskedOf] = useState<MaskDrawing>();
  const isAsking = askedOf === tool.drawing;
  const onEscape = (): void => {
    if (tool.corners.length > 0) tool.drop();
    else if (isChanged && !isAsking) setAskedOf(tool.drawing);
    else onClose();
  };

  const resize = (factor: number): void => {
    const wanted = settings.brushPx * factor;
    const brushPx = Math.min(longest, Math.max(1, factor > 1 ? Math.ceil(wanted) : Math.floor(wanted)));
    change({ brushPx });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement && event.target.type === 'number') return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (!/^[zy]$/.test(key)) return;
      event.preventDefault();
      // A corner of what is not closed yet goes before what was painted.
      if (tool.corners.length > 0) tool.dropCorner();
      else tool.step({ kind: key === 'y' || event.shiftKey ? 'redo' : 'undo' });
      return;
    }
    const named = maskTools.find((one) => one.startsWith(key));
    if (key === '[') resize(0.8);
    else if (key === ']') resize(1.25);
    else if (key === 'e') change({ erases: !settings.erases });
    else if (named !== undefined) change({ tool: named });
  };
  const png = (): Promise<Blob | undefined> => maskFile(tool.drawing, width, height, settings.featherPx);
  const take = async (to: (made: Blob) => void): Promise<void> => {
    const made = await png();
    if (made === undefined) setWrong(say('mask.empty'));
    else {
      setWrong('');
      to(made);
    }
  };
  const load = (chosen: File | undefined): void => {
    if (chosen === undefined) return;
    readMaskFile(chosen, width, height).then(
      (shape) => {
        setWrong('');
        tool.step({ kind: 'add', shape });
      },
      (error: Error) => setWrong(error.message),
    );
  };
  const actButton = (kind: 'undo' | 'redo' | 'invert' | 'clear', isDisabled = false): ReactNode => (
    // Not `disabled`: that would take the focus, and with it the keys, away from whoever pressed it last.
    <button
      type="button"
      className="button"
      aria-disabled={isDisabled}
      onClick={() => {
        if (isDisabled) return;
        tool.step(kind === 'undo' || kind === 'redo' ? { kind } : { kind: 'add', shape: { kind } });
      }}
    >
      {(kind === 'undo' || kind === 'redo') && <Icon name={kind} />}
      {say(`mask.${kind}`)}
    </button>
  );
  return (
    <Modal label={say('mask.title')} className="mask-editor" isFirm onEscape={onEscape} onClose={onClose}>
      {/* Keys of the editor count wherever the focus is in it. */}
      <div className="mask-frame" onKeyDown={onKey}>
        <div className="mask-side">
          <div className="mask-tools">
            <h2>{say('mask.title')}</h2>
            <MaskTools settings={settings} longest={longest} onChange={change} />
            <div className="row-of">
              {actButton('undo', !tool.canUndo)}
              {actButton('redo', !tool.canRedo)}
              {actButton('invert')}
              {actButton('clear', isEmpty)}
            </div>
            <MaskRectangle
              width={width}
              height={height}
              erases={settings.erases}
              onAdd={(shape) => tool.step({ kind: 'add', shape })}
            />
            <div className="row-of">
              <button type="button" className="button" onClick={() => file.current?.click()}>
                {say('mask.load')}
              </button>
              <button
                type="button"
                className="button"
                disabled={isEmpty}
                onClick={() => void take((made) => saveFile(made, 'mask.png'))}
              >
                {say('mask.save')}
              </button>
              <input
                ref={file}
                className="visually-hidden"
                type="file"
                accept="image/png,image/webp"
                tabIndex={-1}
                aria-label={say('mask.load')}
                onChange={({ target }) => {
                  load(target.files?.[0]);
                  target.value = '';
                }}
              />
            </div>
            <p className="small quiet">{say('mask.hand')}</p>
            <p className="small quiet">{say('mask.keys')}</p>
          </div>
          {(isAsking || wrong !== '') && (
            <p className="wrong" role="alert">
              {isAsking ? say('mask.leave') : wrong}
            </p>
          )}
          <div className="row-of mask-end">
            <button
              type="button"
              className="button primary"
              disabled={isEmpty}
              onClick={() =>
                void take((made) =>
                  onDone({
                    drawing: tool.drawing,
                    featherPx: settings.featherPx,
                    png: made,
                    referenceId: reference.id,
                  }),
                )
              }
            >
              {say('mask.done')}
            </button>
            <button type="button" className="button" onClick={onClose}>
              {say('app.cancel')}
            </button>
            {mask !== undefined && (
              <button type="button" className="button danger" onClick={() => onDone(undefined)}>
                {say('mask.remove')}
              </button>
            )}
          </div>
        </div>
        <MaskCanvas reference={reference} settings={settings} tool={tool} onChange={change} />
      </div>
    </Modal>
  );
}
