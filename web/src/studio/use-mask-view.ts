import { type PointerEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';

export const mostZoom = 8;
/** One step of the wheel or of a key. */
export const zoomStep = 1.25;

/** A place on the screen. */
type Spot = readonly [x: number, y: number];

/** What a hand holds: the place in the picture under it, and how far its two fingers were apart; 0 is one finger. */
interface Hold {
  readonly share: Spot;
  readonly apartPx: number;
  readonly zoom: number;
}

export interface MaskView {
  readonly view: RefObject<HTMLDivElement | null>;
  /** Space is held: what the pointer does moves the picture. */
  readonly isHeld: boolean;
  /** Shows the picture so many times larger, what is at the spot staying there; without a spot, what is in the middle. */
  readonly zoomBy: (factor: number, at?: Spot) => void;
  /** Each says whether the pointer moves the picture, and paints nothing. `onTake`: a stroke that it began is none. */
  readonly press: (event: PointerEvent<HTMLElement>, onTake: () => void) => boolean;
  readonly drag: (event: PointerEvent<HTMLElement>) => boolean;
  readonly release: (event: PointerEvent<HTMLElement>) => boolean;
  /** Whether the picture was moved while Space was held, so that letting it go paints nothing. */
  readonly hasMoved: () => boolean;
}

/** What is seen of the picture: moved by two fingers, by Space or the middle button with the pointer; zoomed by the wheel or a pinch. */
export function useMaskView(zoom: number, onZoom: (zoom: number) => void): MaskView {
  const view = useRef<HTMLDivElement>(null);
  const pointers = useRef(new Map<number, Spot>());
  const hold = useRef<Hold>(undefined);
  const wanted = useRef<{ readonly share: Spot; readonly at: Spot }>(undefined);
  const shownZoom = useRef(zoom);
  /** Two fingers are two events: the second comes before what the first asked for is shown. */
  const askedZoom = useRef(zoom);
  const [isHeld, setHeld] = useState(false);
  const hasMoved = useRef(false);

  const boxOf = (): DOMRect | undefined => view.current?.firstElementChild?.getBoundingClientRect();
  const shareAt = ([x, y]: Spot): Spot => {
    const box = boxOf();
    return box === undefined ? [0.5, 0.5] : [(x - box.left) / box.width, (y - box.top) / box.height];
  };
  const middleOfView = (): Spot => {
    const box = view.current?.getBoundingClientRect();
    return box === undefined ? [0, 0] : [box.left + box.width / 2, box.top + box.height / 2];
  };
  /** Scrolls so that the place in the picture is at the spot on the screen, as far as there is picture. */
  const bring = (share: Spot, at: Spot): void => {
    const box = boxOf();
    if (box !== undefined)
      view.current?.scrollBy(
        box.left + share[0] * box.width - at[0],
        box.top + share[1] * box.height - at[1],
      );
  };
  const show = (share: Spot, at: Spot, newZoom: number): void => {
    const next = Math.min(mostZoom, Math.max(1, newZoom));
    wanted.current = { share, at };
    askedZoom.current = next;
    if (next === shownZoom.current) bring(share, at);
    onZoom(next);
  };
  useLayoutEffect(() => {
    const shown = view.current;
    if (shown === null || shownZoom.current === zoom) return;
    const factor = zoom / shownZoom.current;
    shownZoom.current = zoom;
    const { current } = zoom === askedZoom.current ? wanted : { current: undefined };
    askedZoom.current = zoom;
    wanted.current = undefined;
    if (current !== undefined) return bring(current.share, current.at);
    // By the slider: what is in the middle stays there.
    const grown = factor - 1;
    shown.scrollBy(
      (shown.scrollLeft + shown.clientWidth / 2) * grown,
      (shown.scrollTop + shown.clientHeight / 2) * grown,
    );
  });
  const zoomBy = (factor: number, at: Spot = middleOfView()): void =>
    show(shareAt(at), at, shownZoom.current * factor);

  useLayoutEffect(() => {
    const shown = view.current;
    // React listens to the wheel in a way that cannot keep the browser from zooming the page.
    const onWheel = (event: WheelEvent): void => {
      if (!(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? zoomStep : 1 / zoomStep, [event.clientX, event.clientY]);
    };
    shown?.addEventListener('wheel', onWheel, { passive: false });
    return () => shown?.removeEventListener('wheel', onWheel);
  });
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== ' ' || isPressedBySpace(event.target)) return;
      event.preventDefault();
      if (event.type === 'keydown' && !event.repeat) hasMoved.current = false;
      setHeld(event.type === 'keydown');
    };
    const letGo = (): void => setHeld(false);
    addEventListener('keydown', onKey);
    addEventListener('keyup', onKey);
    addEventListener('blur', letGo);
    return () => {
      removeEventListener('keydown', onKey);
      removeEventListener('keyup', onKey);
      removeEventListener('blur', letGo);
    };
  }, []);

  const [middle, apartPx] = [
    (): Spot => meanOf([...pointers.current.values()].slice(0, 2)),
    (): number => distanceOf([...pointers.current.values()].slice(0, 2)),
  ];
  const grip = (): Hold => ({ share: shareAt(middle()), apartPx: apartPx(), zoom: shownZoom.current });
  return {
    view,
    isHeld,
    zoomBy,
    press: (event, onTake) => {
      const isTouch = event.pointerType === 'touch';
      const isBeside = event.target === event.currentTarget;
      // The scroll bars are the browser's.
      if (isBeside && !isTouch && event.button === 0) return false;
      pointers.current.set(event.pointerId, spotOf(event));
      event.currentTarget.setPointerCapture(event.pointerId);
      const isSecond = isTouch && pointers.current.size > 1;
      if (!isSecond && !isBeside && !isHeld && event.button !== 1) return false;
      onTake();
      hasMoved.current = true;
      hold.current = grip();
      return true;
    },
    drag: (event) => {
      if (!pointers.current.has(event.pointerId)) return false;
      pointers.current.set(event.pointerId, spotOf(event));
      const { current } = hold;
      if (current === undefined) return false;
      const grown = current.apartPx === 0 ? 1 : apartPx() / current.apartPx;
      show(current.share, middle(), current.zoom * grown);
      return true;
    },
    release: (event) => {
      const wasPressed = pointers.current.delete(event.pointerId);
      if (hold.current === undefined) return !wasPressed;
      // The finger that is left goes on moving it.
      hold.current = pointers.current.size === 0 ? undefined : grip();
      return true;
    },
    hasMoved: () => hasMoved.current,
  };
}

const spotOf = ({ clientX, clientY }: PointerEvent): Spot => [clientX, clientY];

function meanOf(spots: readonly Spot[]): Spot {
  const sum = spots.reduce<Spot>(([x, y], spot) => [x + spot[0], y + spot[1]], [0, 0]);
  return [sum[0] / spots.length, sum[1] / spots.length];
}

function distanceOf([one, other]: readonly Spot[]): number {
  return one === undefined || other === undefined ? 0 : Math.hypot(one[0] - other[0], one[1] - other[1]);
}

/** Whether Space does something of its own there. */
function isPressedBySpace(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('button, summary, select, input:not([type=range])') !== null
  );
}
