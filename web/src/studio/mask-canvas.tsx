import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { say } from '../words/say.ts';
import type { Point } from './mask-drawing.ts';
import { type MaskSettings, mostZoom } from './mask-tools.tsx';
import { urlOf } from './picture.ts';
import type { MaskTool } from './use-mask-tool.ts';
import type { Reference } from './wish.ts';

const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
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
  const view = useRef<HTMLDivElement>(null);
  const isBrush = settings.tool === 'brush';
  const paint = { tool: settings.tool, erases, widthPx: brushPx };

  useEffect(() => {
    const shown = view.current;
    // React listens to the wheel in a way that cannot keep the browser from zooming the page.
    const onWheel = (event: WheelEvent): void => {
      if (!(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      onChange({ zoom: Math.min(mostZoom, Math.max(1, zoom * (event.deltaY < 0 ? 1.25 : 0.8))) });
    };
    shown?.addEventListener('wheel', onWheel, { passive: false });
    return () => shown?.removeEventListener('wheel', onWheel);
  });
  const placeOf = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLCanvasElement>): Point => {
    const box = currentTarget.getBoundingClientRect();
    return [((clientX - box.left) * width) / box.width, ((clientY - box.top) * height) / box.height];
  };
  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setCursor(placeOf(event));
    tool.begin(placeOf(event), paint);
  };
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>): void => {
    setCursor(placeOf(event));
    // Corners that the keys have set wait for the next one.
    if (event.buttons !== 0) tool.go(placeOf(event));
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
  const onKey = (event: KeyboardEvent): void => {
    const direction = directions[event.key];
    const isSpace = event.key === ' ';
    if (direction === undefined && !isSpace && event.key !== 'Enter') return;
    event.preventDefault();
    if (direction !== undefined) move(direction, event.shiftKey);
    else if (isBrush) {
      tool.begin(cursor, paint);
      tool.end();
    } else if (isSpace) setCorner();
    else tool.end();
  };
  return (
    <div className="mask-view" ref={view}>
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
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={tool.end}
          onPointerCancel={tool.end}
          onKeyDown={onKey}
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
