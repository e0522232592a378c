import { drawScene } from '../compose-scene.ts';
import { mix } from '../colour.ts';
import type { Stage } from '../stage.ts';
import { drawSubject } from '../subjects/draw-subject.ts';
import { ellipse, image, opacity, place, rect } from '../svg.ts';
import { applyLook } from './apply-look.ts';
import { dataUri, framed, type Pixels } from './frame.ts';
import type { EditWish } from './read-edit.ts';
import { repaint } from './repaint.ts';

/** Cards on the prompt's own scene, slightly askew, as pinned on a wall. */
export async function drawCollage(
  stage: Stage,
  pictures: readonly Pixels[],
  wish: EditWish,
  pixelsPerUnit: number,
): Promise<void> {
  const { drawing, width, height, palette } = stage;
  drawScene({ ...stage, motif: { ...stage.motif, subject: null } });
  drawing.add(rect(0, 0, width, height, mix(palette.sky[2], '#ffffff', 0.4), 0, opacity(0.28)));
  const random = stage.random.fork('collage');
  const count = pictures.length;
  const columns = Math.min(count, Math.max(1, Math.round(Math.sqrt((count * width) / (height - 150)))));
  const rows = Math.ceil(count / columns);
  const [cellWidth, cellHeight] = [(width - 80) / columns, (height - 170) / rows];
  const card = Math.min(cellWidth * 0.86, cellHeight * 0.78, 900);
  const border = card * 0.05;
  for (const [position, picture] of pictures.entries()) {
    const row = Math.floor(position / columns);
    const inRow = row === rows - 1 ? count - columns * (rows - 1) : columns;
    const x = width / 2 + ((position % columns) - (inRow - 1) / 2) * cellWidth;
    const y = 50 + (row + 0.5) * cellHeight;
    const side = Math.max(1, Math.round(card * pixelsPerUnit));
    const uri = await dataUri(await repainted(await framed(picture, side, side, 'cover'), stage, wish));
    const [w, h] = [card + border * 2, card + border * 4.4];
    const polaroid =
      rect(-w / 2 + 5, -h / 2 + 10, w, h, '#1d1330', 8, opacity(0.2)) +
      rect(-w / 2, -h / 2, w, h, '#fffdf7', 8) +
      image(uri, -card / 2, -h / 2 + border, card, card) +
      place(
        rect(
          -card * 0.14,
          -card * 0.03,
          card * 0.28,
          card * 0.075,
          position % 2 === 0 ? palette.accent : palette.accentTwo,
          3,
          'fill-opacity="0.82"',
        ),
        { y: -h / 2, rotate: random.range(-6, 6) },
      ) +
      ellipse(0, h / 2 - border * 1.8, card * 0.1, border * 0.16, palette.accent, opacity(0.6));
    drawing.add(place(polaroid, { x, y, rotate: random.range(-6, 6) }));
  }
  if (wish.adds === null) return;
  const figure = drawSubject(wish.adds, { ...stage, random: random.fork('added') });
  const scale = Math.min((width * 0.3) / figure.width, 330 / figure.height);
  const y = figure.stance === 'floats' ? height - 60 - (figure.height * scale) / 2 : height - 60;
  drawing.add(place(figure.svg, { x: width - figure.width * scale * 0.6 - 30, y, scale }));
}

/** A card's picture under the same light and in the same look as the scene it is pinned on. */
async function repainted(pixels: Pixels, { motif }: Stage, wish: EditWish): Promise<Pixels> {
  const looked = await applyLook(pixels, wish.look);
  const { look, relights, reseasons, colour } = wish;
  repaint(looked, Buffer.alloc(looked.widthPx * looked.heightPx), {
    look,
    light: relights ? motif.light : null,
    isLit: false,
    season: reseasons ? motif.season : null,
    isWet: motif.weather === 'rain',
    colour,
    backdrop: null,
    spot: null,
  });
  return looked;
}
