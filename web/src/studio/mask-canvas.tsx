import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { say } from '../words/say.ts';
import type { Point } from './mask-drawing.ts';
import type { MaskSettings } from './mask-tools.tsx';
import { urlOf } from './picture.ts';
import type { MaskTool } from './use-mask-tool.ts';
import { useMaskView, zoomStep } from './use-mask-view.ts';
import type { Reference } from './wish.ts';

const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const zoomKeys: Readonly<Record<string, number>> = {
  '+': zoomStep,
  '=': zoomStep,
  '-': 1 / zoomStep,
  '0': 0,
};

/** The picture with what is painted over it, by pointer or by keys. */
export function MaskCanvas({
  reference,
  settings,
  tool,
  onChange,
}: {
  readonly reference: Reference;
  readonly settings: MaskSettings;
  readonly tool: MaskTool;
  readonly onChange: (change: Partial<MaskSettings>) => void;
}): ReactNode {
  const { width, height } = reference;
  const { brushPx, erases, zoom, tint } = settings;
  const [cursor, setCursor] = useState<Point>([width / 2, height / 2]);
  const isBrush = settings.tool === 'brush';
  const paint = { tool: settings.tool, erases, widthPx: brushPx };
  const { view, ...hand } = useMaskView(zoom, (next) => onChange({ zoom: next }));

  const placeOf = ({ clientX, clientY }: PointerEvent): Point => {
    const box = tool.canvas.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return [((clientX - box.left) * width) / box.width, ((clientY - box.top) * height) / box.height];
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (hand.press(event, tool.drop) || event.button !== 0 || event.target !== tool.canvas.current) return;
    setCursor(placeOf(event));
    tool.begin(placeOf(event), paint);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (hand.drag(event)) return;
    setCursor(placeOf(event));
    // Corners that the keys have set wait for the next one.
    if (event.buttons !== 0) tool.go(placeOf(event));
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>): void => {
    if (!hand.release(event)) tool.end();
  };
  const setCorner = (): void => {
    if (tool.corners.length === 0) tool.begin(cursor, paint);
    else tool.go(cursor);
    if (settings.tool === 'rectangle' && tool.corners.length > 0) tool.end();
  };
  const move = ([byX, byY]: Point, paints: boolean): void => {
    const step = Math.max(1, brushPx / 4);
    const next: Point = [
      Math.min(width, Math.max(0, cursor[0] + byX * step)),
      Math.min(height, Math.max(0, cursor[1] + byY * step)),
    ];
    // With Shift the brush stays on the picture while it goes.
    if (paints && isBrush) {
      tool.begin(cursor, paint);
      tool.go(next);
      tool.end();
    }
    setCursor(next);
  };
  const dab = (): void => {
    tool.begin(cursor, paint);
    tool.end();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return;
    const [direction, factor] = [directions[event.key], zoomKeys[event.key]];
    if (direction !== undefined) move(direction, event.shiftKey);
    else if (factor !== undefined) hand.zoomBy(factor);
    else if (event.key !== 'Enter') return;
    else if (isBrush) dab();
    else tool.end();
    event.preventDefault();
  };
  const onKeyUp = (event: KeyboardEvent): void => {
    // Held, Space moves the picture.
    if (event.key !== ' ' || hand.hasMoved()) return;
    if (isBrush) dab();
    else setCorner();
  };
  return (
    <div
      className="mask-view"
      ref={view}
      data-held={hand.isHeld}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      // The middle button would begin to scroll by itself.
      onMouseDown={(event) => event.button === 1 && event.preventDefault()}
    >
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
          style={{ opacity: tint }}
          onKeyDown={onKeyDown}
          onKeyUp={onKeyUp}
        />
        <Corners
          corners={tool.corners}
          isBox={settings.tool === 'rectangle'}
          cursor={cursor}
          {...{ width, height }}
        />
        <div
          className={`mask-cursor ${isBrush ? '' : 'cross'}`}
          aria-hidden="true"
          style={{
            insetInlineStart: `${(cursor[0] / width) * 100}%`,
            insetBlockStart: `${(cursor[1] / height) * 100}%`,
            ...(isBrush && { inlineSize: `${(brushPx / width) * 100}%` }),
          }}
        />
      </div>
    </div>
  );
}

/** The line of a lasso or a rectangle that is not closed yet, on to where the cursor is. */
function Corners({
  corners,
  isBox,
  cursor,
  width,
  height,
}: {
  readonly corners: readonly Point[];
  readonly isBox: boolean;
  readonly cursor: Point;
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const [first] = corners;
  if (first === undefined) return null;
  const [[x1, y1], [x2, y2]] = [first, cursor];
  const line = isBox ? [first, [x2, y1], cursor, [x1, y2]] : [...corners, cursor];
  return (
    <svg className="mask-corners" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <polygon points={line.map((point) => point.join(',')).join(' ')} />
    </svg>
  );
}
