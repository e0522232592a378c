import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { Icon } from '../ui/icons.tsx';
import { Modal } from '../ui/modal.tsx';
import { formatShare } from '../words/format.ts';
import { say } from '../words/say.ts';
import { maskFile, type Point } from './mask-drawing.ts';
import { MaskRectangle } from './mask-rectangle.tsx';
import { urlOf } from './picture.ts';
import { useMaskTool } from './use-mask-tool.ts';
import type { Mask, Reference } from './wish.ts';

const mostZoom = 4;

/** Paints where a picture may change, by pointer, by keys, or in numbers. */
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
  const tool = useMaskTool(mask?.drawing ?? []);
  const [erases, setErases] = useState(false);
  const [brushPx, setBrushPx] = useState(Math.max(1, Math.round(longest / 12)));
  const [zoom, setZoom] = useState(1);
  const [cursor, setCursor] = useState<Point>([width / 2, height / 2]);
  const [isTold, setTold] = useState(false);
  const isEmpty = tool.drawing.length === 0;

  const resize = (factor: number): void =>
    setBrushPx((now) =>
      Math.min(longest, Math.max(1, factor > 1 ? Math.ceil(now * factor) : Math.floor(now * factor))),
    );
  const placeOf = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLCanvasElement>): Point => {
    const box = currentTarget.getBoundingClientRect();
    return [((clientX - box.left) * width) / box.width, ((clientY - box.top) * height) / box.height];
  };
  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setCursor(placeOf(event));
    tool.begin(placeOf(event), brushPx, erases);
  };
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>): void => {
    setCursor(placeOf(event));
    tool.go(placeOf(event));
  };
  const onCanvasKey = (event: KeyboardEvent): void => {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
      event.key
    ];
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      tool.begin(cursor, brushPx, erases);
      tool.end();
    }
    if (direction === undefined) return;
    event.preventDefault();
    const step = Math.max(1, brushPx / 4);
    const [byX = 0, byY = 0] = direction;
    const next: Point = [
      Math.min(width, Math.max(0, cursor[0] + byX * step)),
      Math.min(height, Math.max(0, cursor[1] + byY * step)),
    ];
    // With Shift the brush stays on the picture while it goes.
    if (event.shiftKey) {
      tool.begin(cursor, brushPx, erases);
      tool.go(next);
      tool.end();
    }
    setCursor(next);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement && event.target.type === 'number') return;
    if (event.key === '[') resize(0.8);
    if (event.key === ']') resize(1.25);
    if (!(event.ctrlKey || event.metaKey) || !/^[zy]$/i.test(event.key)) return;
    event.preventDefault();
    tool.step({ kind: event.key.toLowerCase() === 'y' || event.shiftKey ? 'redo' : 'undo' });
  };
  const save = async (): Promise<void> => {
    const png = await maskFile(tool.drawing, width, height);
    if (png === undefined) setTold(true);
    else onDone({ drawing: tool.drawing, png, referenceId: reference.id });
  };
  return (
    <Modal label={say('mask.title')} className="mask-editor" isFirm onClose={onClose}>
      {/* Keys of the editor count wherever the focus is in it. */}
      <div className="mask-frame" onKeyDown={onKey}>
        <div className="mask-tools">
          <h2>{say('mask.title')}</h2>
          <fieldset className="choices">
            <legend className="visually-hidden">{say('mask.tool')}</legend>
            {([false, true] as const).map((value) => (
              <label key={String(value)} className="choice">
                <input
                  type="radio"
                  name="tool"
                  checked={erases === value}
                  onChange={() => setErases(value)}
                />
                {say(value ? 'mask.eraser' : 'mask.brush')}
              </label>
            ))}
          </fieldset>
          <label className="slider">
            {say('mask.size', { px: brushPx })}
            <input
              type="range"
              min={1}
              max={longest}
              value={brushPx}
              onChange={({ target }) => setBrushPx(Number(target.value))}
            />
          </label>
          <label className="slider">
            {say('mask.zoom', { share: formatShare(zoom) })}
            <input
              type="range"
              min={1}
              max={mostZoom}
              step={0.25}
              value={zoom}
              onChange={({ target }) => setZoom(Number(target.value))}
            />
          </label>
          <div className="row-of">
            <button
              type="button"
              className="button"
              disabled={isEmpty}
              onClick={() => tool.step({ kind: 'undo' })}
            >
              <Icon name="undo" />
              {say('mask.undo')}
            </button>
            <button
              type="button"
              className="button"
              disabled={!tool.canRedo}
              onClick={() => tool.step({ kind: 'redo' })}
            >
              <Icon name="redo" />
              {say('mask.redo')}
            </button>
            <button
              type="button"
              className="button"
              onClick={() => tool.step({ kind: 'add', shape: { kind: 'invert' } })}
            >
              {say('mask.invert')}
            </button>
            <button
              type="button"
              className="button"
              disabled={isEmpty}
              onClick={() => tool.step({ kind: 'clear' })}
            >
              {say('mask.clear')}
            </button>
          </div>
          <MaskRectangle
            width={width}
            height={height}
            erases={erases}
            onAdd={(shape) => tool.step({ kind: 'add', shape })}
          />
          <p className="small quiet">{say('mask.keys')}</p>
          {isTold && (
            <p className="wrong" role="alert">
              {say('mask.empty')}
            </p>
          )}
          <div className="row-of mask-end">
            <button type="button" className="button primary" disabled={isEmpty} onClick={() => void save()}>
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
        <div className="mask-view">
          <div
            className="mask-picture"
            style={{
              aspectRatio: `${width} / ${height}`,
              inlineSize: `${zoom * 100}%`,
              maxInlineSize: `calc((100dvh - 8rem) * ${(width / height) * zoom})`,
            }}
          >
            <img src={urlOf(reference.blob)} alt="" draggable={false} />
            <canvas
              ref={tool.canvas}
              width={width}
              height={height}
              tabIndex={0}
              role="application"
              aria-label={say('mask.canvas', { width, height })}
              onPointerDown={onPointerDown}
              onPointerMove={onPointerMove}
              onPointerUp={tool.end}
              onPointerCancel={tool.end}
              onKeyDown={onCanvasKey}
            />
            <div
              className="mask-cursor"
              aria-hidden="true"
              style={{
                insetInlineStart: `${(cursor[0] / width) * 100}%`,
                insetBlockStart: `${(cursor[1] / height) * 100}%`,
                inlineSize: `${(brushPx / width) * 100}%`,
              }}
            />
          </div>
        </div>
      </div>
    </Modal>
  );
}
