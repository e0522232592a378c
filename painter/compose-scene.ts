import { darken, lighten } from './colour.ts';
import { Drawing } from './drawing.ts';
import { paletteFor } from './palette.ts';
import { readMotif } from './prompt-motif.ts';
import type { SettingName } from './home-setting.ts';
import { randomFrom } from './random.ts';
import { abstract } from './scenes/abstract.ts';
import { beach } from './scenes/beach.ts';
import { city } from './scenes/city.ts';
import { desert } from './scenes/desert.ts';
import { forest } from './scenes/forest.ts';
import { garden } from './scenes/garden.ts';
import { meadow } from './scenes/meadow.ts';
import { mountains } from './scenes/mountains.ts';
import { sea } from './scenes/sea.ts';
import { drawWeather } from './scenes/sky.ts';
import { space } from './scenes/space.ts';
import { studio } from './scenes/studio.ts';
import { underwater } from './scenes/underwater.ts';
import type { Scene, Slot, Stage } from './stage.ts';
import { drawSubject } from './subjects/draw-subject.ts';
import type { Figure } from './subjects/figure.ts';
import { ellipse, opacity, path, place, rect, stroke } from './svg.ts';

const scenes: Readonly<Record<SettingName, Scene>> = {
  abstract,
  beach,
  city,
  desert,
  forest,
  garden,
  meadow,
  mountains,
  sea,
  space,
  studio,
  underwater,
};

/** The middle of the top of a head and its width, in drawing units. */
export interface Head {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** How many drawing units the short side has, whatever its pixels. */
export const SHORT_SIDE = 1000;

/** Sets the stage for a prompt: its motif and palette, in a frame of the picture's proportions. */
export function stageFor(prompt: string, widthPx: number, heightPx: number, seed: number): Stage {
  const random = randomFrom(`${seed}|${prompt}`);
  const motif = readMotif(prompt, random.fork('motif'));
  const short = Math.min(widthPx, heightPx);
  return {
    drawing: new Drawing(),
    width: Math.round((widthPx / short) * SHORT_SIDE),
    height: Math.round((heightPx / short) * SHORT_SIDE),
    palette: paletteFor(motif, random.fork('palette')),
    motif,
    random,
  };
}

/** A rowing boat for those who cannot swim: drawn over their feet. */
function rowingBoat({ palette }: Stage, width: number): string {
  const wood = palette.lit('#b06f46');
  const half = width / 2;
  const water = palette.water[1];
  return (
    path(
      `M${-half} -40H${half}Q${half * 0.86} 22 ${half * 0.5} 26H${-half * 0.5}Q${-half * 0.86} 22 ${-half} -40Z`,
      wood,
    ) +
    stroke(`M${-half} -40H${half}`, lighten(wood, 0.35), 10) +
    stroke(`M${-half * 0.88} -14H${half * 0.88}`, darken(wood, 0.2), 4) +
    path(
      `M${-half * 1.3} 10Q${-half * 0.9} -2 ${-half * 0.5} 8T${half * 0.3} 8T${half * 1.3} 10Q${half} 44 0 44Q${-half} 44 ${-half * 1.3} 10Z`,
      water,
      opacity(0.92),
    ) +
    stroke(
      `M${-half * 1.3} 10Q${-half * 0.9} -2 ${-half * 0.5} 8T${half * 0.3} 8T${half * 1.3} 10`,
      lighten(palette.water[0], 0.7),
      4,
      opacity(0.85),
    )
  );
}

/** A little island for houses at sea. */
const island = ({ palette }: Stage, width: number): string =>
  ellipse(0, 16, width * 0.66, 40, palette.lit('#f0d6a0')) +
  ellipse(0, 6, width * 0.56, 27, palette.ground) +
  stroke(
    `M${-width * 0.72} 24Q${-width * 0.3} 62 0 58T${width * 0.72} 24`,
    lighten(palette.water[0], 0.7),
    5,
    opacity(0.8),
  );

function standOn(stage: Stage, slot: Slot, figure: Figure): { before: string; after: string; lift: number } {
  if (figure.stance !== 'stands') return { before: '', after: '', lift: 0 };
  if (slot.footing !== 'water') return { before: '', after: '', lift: 0 };
  if (figure.width > 230) return { before: island(stage, figure.width), after: '', lift: 0 };
  return { before: '', after: rowingBoat(stage, figure.width * 1.75), lift: -16 };
}

/** Draws the subjects, and returns where the head of the one in the middle is, if it has one. */
function putSubjects(stage: Stage, slot: Slot): Head | undefined {
  const { motif, width, height, random: base } = stage;
  let head: Head | undefined;
  if (motif.subject === null) return head;
  const random = base.fork('subject');
  const wide = width / height;
  const copies = Math.max(motif.count, wide > 2.6 ? Math.min(9, Math.round(wide * 0.62)) : 1);
  for (let index = 0; index < copies; index += 1) {
    const figure = drawSubject(motif.subject, { ...stage, random: random.fork(`${index}`) });
    const lead = index === Math.floor((copies - 1) / 2);
    const share =
      copies === 1
        ? 0.5 + random.range(-0.05, 0.05)
        : (index + 0.5) / copies + random.range(-0.05, 0.05) / copies;
    const filled = motif.subject === 'person' ? 1.06 : copies === 1 ? 0.84 : 0.88;
    const room = Math.min(width / copies, SHORT_SIDE * 1.2) * filled;
    const wanted =
      SHORT_SIDE *
      (motif.subject === 'person' ? 0.56 : 0.48) *
      (figure.importance ?? 1) *
      (motif.young ? 0.95 : 1);
    const tallest =
      figure.stance === 'floats'
        ? SHORT_SIDE * 0.62
        : Math.max(160, slot.groundY - Math.max(40, height > width ? 0 : 60));
    let scale = Math.min(
      wanted / Math.max(figure.height, figure.width * 0.62),
      room / figure.width,
      tallest / figure.height,
    );
    if (!lead) scale *= random.range(0.72, 0.9);
    const support = standOn(stage, slot, figure);
    const inDeep = slot.footing === 'deep' && figure.stance === 'swims';
    const y =
      figure.stance === 'floats' || inDeep
        ? slot.airY +
          (lead ? 0 : random.range(-70, 70)) +
          (figure.stance === 'floats' ? random.range(-12, 20) : 0)
        : slot.groundY + (lead ? 0 : random.range(-18, 6));
    const flip = copies > 1 ? index >= copies / 2 : random.chance(0.4);
    const turned = motif.subject === 'train' || motif.subject === 'person' ? false : flip;
    if (lead && figure.head !== undefined) {
      const middle = share * width + figure.head.x * scale * (turned ? -1 : 1);
      head = { x: middle, y: y + (figure.head.y + support.lift) * scale, width: figure.head.width * scale };
    }
    stage.drawing.add(
      place(support.before + place(figure.svg, { y: support.lift }) + support.after, {
        x: share * width,
        y,
        scale,
        flip: turned,
      }),
    );
  }
  return head;
}

/** Draws the whole picture of a stage, without its caption. Returns where its main figure's head is. */
export function drawScene(stage: Stage): Head | undefined {
  const { drawing, width, height, palette, motif } = stage;
  let head: Head | undefined;
  scenes[motif.setting](stage, (slot) => {
    head = putSubjects(stage, slot);
  });
  drawWeather(stage);
  const vignette = drawing.radial(
    [
      [0, '#1d1330', 0],
      [0.72, '#1d1330', 0],
      [1, '#1d1330', 0.2],
    ],
    0.5,
    0.46,
    0.78,
  );
  drawing.add(rect(0, 0, width, height, vignette));
  if (palette.dark)
    drawing.add(
      rect(
        0,
        height * 0.7,
        width,
        height * 0.3,
        drawing.linear([
          [0, '#0c1030', 0],
          [1, '#0c1030', 0.22],
        ]),
      ),
    );
  return head;
}
