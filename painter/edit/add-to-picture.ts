import type { Head } from '../compose-scene.ts';
import type { Stage } from '../stage.ts';
import { accessory } from '../subjects/accessories.ts';
import { drawSubject } from '../subjects/draw-subject.ts';
import { place } from '../svg.ts';
import type { EditWish, PlaceName } from './read-edit.ts';
import type { SkyMap } from './sky-map.ts';

/** What is known of the picture that something is added to. */
export interface PictureFacts {
  readonly map: SkyMap;
  readonly head: Head;
}

const SHORT_SIDE_SHARE = 0.4;

/** Draws what the prompt adds into the picture: a subject in its place, or something to wear where the eye goes. */
export function addToPicture(stage: Stage, wish: EditWish, { map, head }: PictureFacts): void {
  const { drawing, motif, width, height } = stage;
  const random = stage.random.fork('added');
  if (wish.adds === null) {
    for (const worn of motif.accessories)
      drawing.add(
        place(accessory(worn, { ...stage, random }), {
          x: head.x,
          y: head.y + head.width * 0.06,
          scale: head.width / 104,
        }),
      );
    return;
  }
  const focusX = head.x / width;
  const share = wish.place === 'focus' ? 0.6 : SHORT_SIDE_SHARE;
  const room = 1000 * share;
  for (let index = 0; index < motif.count; index += 1) {
    const figure = drawSubject(wish.adds, { ...stage, random: random.fork(`${index}`) });
    const scale = Math.min(room / figure.width, room / figure.height) * (index === 0 ? 1 : 0.74);
    const drawnHeight = figure.height * scale;
    const half = (figure.width * scale) / 2;
    const isAloft = figure.stance === 'floats' || wish.place === 'sky';
    const spot = isAloft
      ? aloft(map, wish.place, { half: half / width, tall: drawnHeight / height })
      : { x: wish.place === 'focus' ? focusX : sideOf(wish.place, focusX), y: 0.86 };
    const x = Math.min(
      width - half,
      Math.max(half, spot.x * width + index * half * 1.6 * (spot.x > 0.5 ? -1 : 1)),
    );
    const y = isAloft
      ? Math.min(height - drawnHeight / 2, Math.max(drawnHeight / 2 + 20, spot.y * height))
      : Math.max(drawnHeight + 20, height * 0.86);
    const isCentred = figure.stance === 'floats';
    drawing.add(place(figure.svg, { x, y: y + (isAloft && !isCentred ? drawnHeight / 2 : 0), scale }));
  }
}

/** On the other side than what the eye goes to first, unless the prompt names one. */
function sideOf(named: PlaceName | null, focusX: number): number {
  if (named === 'left') return 0.25;
  if (named === 'right') return 0.75;
  return named === 'middle' ? 0.5 : focusX > 0.5 ? 0.27 : 0.73;
}

/** The place in the open sky with the most room around it; above the middle where there is no sky. */
function aloft(
  map: SkyMap,
  named: PlaceName | null,
  size: { half: number; tall: number },
): { x: number; y: number } {
  const columns =
    named === 'left'
      ? [0.25]
      : named === 'right'
        ? [0.75]
        : named === 'middle'
          ? [0.5]
          : [0.68, 0.32, 0.5, 0.8, 0.2];
  let best = { x: columns[0] ?? 0.5, y: 0.34, open: -1 };
  for (const x of columns) {
    for (const y of [0.3, 0.24, 0.36, 0.42, 0.18]) {
      let open = 0;
      for (const right of [-1, -0.5, 0, 0.5, 1])
        for (const down of [-0.5, -0.25, 0, 0.25, 0.5])
          if (map.has(x + right * size.half, y + down * size.tall)) open += 1;
      if (open > best.open) best = { x, y, open };
    }
  }
  return best;
}
