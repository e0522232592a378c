import { darken, lighten, mix, rgbOf } from './colour.ts';
import { drawScene } from './compose-scene.ts';
import { type Grade, readReference } from './read-references.ts';
import { drawWeather } from './scenes/sky.ts';
import type { Stage } from './stage.ts';
import { accessory } from './subjects/accessories.ts';
import { drawSubject } from './subjects/draw-subject.ts';
import { circle, ellipse, opacity, path, place, rect, round, stroke } from './svg.ts';

const MAX_EMBEDDED_SIDE_PX = 2560;

const image = (uri: string, x: number, y: number, width: number, height: number): string =>
  `<image x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" preserveAspectRatio="none" xlink:href="${uri}"/>`;

function gradeFor({ motif, palette }: Stage, strength: number): Grade {
  const named = motif.backdropColour ?? (motif.subject === null ? motif.subjectColour : null);
  if (named !== null)
    return { dark: rgbOf(darken(named, 0.66)), light: rgbOf(lighten(named, 0.8)), strength: strength * 1.6 };
  if (palette.dark) return { dark: rgbOf('#0b1036'), light: rgbOf('#a9b8f0'), strength: strength * 1.5 };
  return { dark: rgbOf(darken(palette.sky[0], 0.72)), light: rgbOf(lighten(palette.sky[2], 0.5)), strength };
}

/** A round sticker with the prompt's subject in it, or with what the prompt adds, or with a small plantain leaf spray. */
function sticker(stage: Stage, r: number): string {
  const { drawing, palette, motif } = stage;
  const pen = { ...stage, random: stage.random.fork('sticker') };
  const disc =
    circle(4, 8, r + 9, '#1d1330', opacity(0.25)) +
    circle(0, 0, r + 9, '#fffaf0') +
    circle(
      0,
      0,
      r,
      drawing.linear([
        [0, palette.sky[0]],
        [0.7, palette.sky[1]],
        [1, palette.sky[2]],
      ]),
    );
  const shine = stroke(
    `M${round(-r * 0.74)} ${round(-r * 0.5)}A${round(r * 0.9)} ${round(r * 0.9)} 0 0 1 ${round(-r * 0.2)} ${round(-r * 0.87)}`,
    '#ffffff',
    r * 0.05,
    opacity(0.6),
  );
  const worn = motif.accessories[0];
  if (motif.subject !== null) {
    const figure = drawSubject(motif.subject, pen);
    const scale = Math.min((r * 1.5) / figure.width, (r * 1.36) / figure.height);
    const y = figure.stance === 'floats' ? 0 : figure.height * scale * 0.5;
    return disc + place(figure.svg, { y, scale }) + shine;
  }
  if (worn !== undefined)
    return disc + place(accessory(worn, pen), { y: r * 0.4, scale: r / 66, rotate: -8 }) + shine;
  const leaf = (rotate: number, fill: string): string =>
    place(
      path('M0 0C-22 -30 -20 -74 0 -104C20 -74 22 -30 0 0Z', fill) +
        stroke('M0 -8V-88', lighten(fill, 0.3), 3),
      { y: r * 0.55, rotate, scale: r / 84 },
    );
  return (
    disc +
    leaf(-46, palette.leaves[1]) +
    leaf(46, palette.leaves[1]) +
    leaf(-20, palette.leaves[0]) +
    leaf(22, lighten(palette.leaves[0], 0.15)) +
    leaf(0, palette.accent) +
    shine
  );
}

/** A bunting of little flags along the top edge, in the picture's accents. */
function bunting({ drawing, width, palette }: Stage): void {
  const colours = [palette.accent, palette.accentTwo, '#fff4dc', lighten(palette.accent, 0.4)];
  const swag = 500;
  const count = Math.max(1, Math.round(width / swag));
  for (let index = 0; index < count; index += 1) {
    const [from, to] = [(index / count) * width, ((index + 1) / count) * width];
    drawing.add(stroke(`M${round(from)} 26Q${round((from + to) / 2)} 118 ${round(to)} 26`, '#fffaf0', 5));
    for (let flag = 0; flag < 7; flag += 1) {
      const along = (flag + 0.5) / 7;
      const y = 26 + 4 * along * (1 - along) * 46;
      drawing.add(
        place(
          path('M-24 0H24L0 54Z', colours[(index * 7 + flag) % colours.length] ?? palette.accent) +
            path('M0 0H24L0 54Z', '#1d1330', opacity(0.1)),
          { x: from + (to - from) * along, y, rotate: (0.5 - along) * 26 },
        ),
      );
    }
  }
}

async function editOne(
  stage: Stage,
  reference: Uint8Array,
  widthPx: number,
  heightPx: number,
): Promise<void> {
  const { drawing, width, height, palette, motif } = stage;
  // Larger pictures enlarge it while drawing, which spares encoding and decoding it at full size.
  const shrink = Math.min(1, MAX_EMBEDDED_SIDE_PX / Math.max(widthPx, heightPx));
  const size = { widthPx: Math.ceil(widthPx * shrink), heightPx: Math.ceil(heightPx * shrink) };
  const uri = await readReference(reference, 0, size, gradeFor(stage, 0.34));
  drawing.add(image(uri, 0, 0, width, height));
  drawing.add(
    rect(
      0,
      0,
      width,
      height,
      drawing.radial(
        [
          [0, palette.sky[0], 0],
          [0.62, palette.sky[0], 0],
          [1, darken(palette.sky[0], 0.3), 0.62],
        ],
        0.5,
        0.48,
        0.74,
      ),
    ),
  );
  if (palette.dark) {
    const random = stage.random.fork('nightStars');
    for (let index = 0; index < Math.min(240, width / 12); index += 1)
      drawing.add(
        circle(
          random.range(0, width),
          random.next() ** 1.6 * height * 0.6,
          random.range(1.2, 4),
          '#fff6d2',
          opacity(random.range(0.4, 1)),
        ),
      );
  }
  drawWeather(stage);
  if (motif.weather === 'confetti') bunting(stage);
  // A mat like that of a framed print: an edit looks like one at a glance, and the caption has its place.
  const [side, foot] = [30, 104];
  const mat = `M0 0H${width}V${height}H0ZM${side} ${side + 16}Q${side} ${side} ${side + 16} ${side}H${width - side - 16}Q${width - side} ${side} ${width - side} ${side + 16}V${height - foot - 16}Q${width - side} ${height - foot} ${width - side - 16} ${height - foot}H${side + 16}Q${side} ${height - foot} ${side} ${height - foot - 16}Z`;
  drawing.add(path(mat, '#fdf6e8', 'fill-rule="evenodd"'));
  drawing.add(
    rect(
      side + 10,
      side + 10,
      width - side * 2 - 20,
      height - side - foot - 20,
      'none',
      14,
      `stroke="#fffaf0" stroke-width="4" stroke-opacity="0.85"`,
    ),
  );
  for (const [index, colour] of [palette.accent, palette.accentTwo, palette.leaves[1]].entries()) {
    drawing.add(circle(width - side - 22 - index * 44, height - foot / 2, 13, colour));
  }
  const r = Math.min(120, width * 0.14);
  drawing.add(place(sticker(stage, r), { x: width - r - 58, y: side + r + 28, rotate: 7 }));
}

/** Cards on the prompt's own scene, slightly askew, as pinned on a wall. */
async function collage(
  stage: Stage,
  references: readonly Uint8Array[],
  pixelsPerUnit: number,
): Promise<void> {
  const { drawing, width, height, palette } = stage;
  drawScene({ ...stage, motif: { ...stage.motif, subject: null } });
  drawing.add(rect(0, 0, width, height, mix(palette.sky[2], '#ffffff', 0.4), 0, opacity(0.28)));
  const random = stage.random.fork('collage');
  const count = references.length;
  const columns = Math.min(count, Math.max(1, Math.round(Math.sqrt((count * width) / (height - 150)))));
  const rows = Math.ceil(count / columns);
  const [cellWidth, cellHeight] = [(width - 80) / columns, (height - 170) / rows];
  const card = Math.min(cellWidth * 0.86, cellHeight * 0.78, 900);
  const border = card * 0.05;
  const grade = gradeFor(stage, 0.14);
  for (const [position, reference] of references.entries()) {
    const row = Math.floor(position / columns);
    const inRow = row === rows - 1 ? count - columns * (rows - 1) : columns;
    const x = width / 2 + ((position % columns) - (inRow - 1) / 2) * cellWidth;
    const y = 50 + (row + 0.5) * cellHeight;
    const side = Math.max(1, Math.round(card * pixelsPerUnit));
    const uri = await readReference(reference, position, { widthPx: side, heightPx: side }, grade);
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
  const r = Math.min(120, card * 0.3);
  drawing.add(place(sticker(stage, r), { x: width - r - 50, y: height - r - 56, rotate: 8 }));
}

/**
 * Draws an edit: one reference fills the picture, several become a collage. The prompt steers colours,
 * light, weather and the sticker.
 *
 * @throws UnreadableReference when a reference cannot be decoded.
 */
export async function drawEdit(
  stage: Stage,
  references: readonly Uint8Array[],
  widthPx: number,
  heightPx: number,
): Promise<void> {
  const [first, ...others] = references;
  if (first === undefined) return;
  if (others.length === 0) await editOne(stage, first, widthPx, heightPx);
  else await collage(stage, references, widthPx / stage.width);
}
