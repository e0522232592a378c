import sharp from 'sharp';
import { drawScene } from '../compose-scene.ts';
import { drawSign } from '../lettering.ts';
import { paletteFor } from '../palette.ts';
import { drawWeather } from '../scenes/sky.ts';
import type { Stage } from '../stage.ts';
import { circle, image, opacity } from '../svg.ts';
import { applyLook } from './apply-look.ts';
import { dataUri, type Fit, framed, type Pixels, type Reference, resized } from './frame.ts';
import { addToPicture } from './add-to-picture.ts';
import { type EditWish, readEdit } from './read-edit.ts';
import { repaint } from './repaint.ts';
import { type SkyMap, skyMap, type SkySeeds } from './sky-map.ts';
import { awayFrom, guessedHead, knownHead, spotOf } from './find-head.ts';

/** Larger pictures enlarge the reference while drawing, which spares repainting it at full size. */
const MAX_EMBEDDED_SIDE_PX = 2560;
const MAP_SIDE_PX = 160;
/** A backdrop smaller than this share of the picture is a corner, nothing to put a scene in. */
const MIN_BACKDROP_SHARE = 0.12;

/** A stage for an edit: only what the prompt says changes light and season, nothing of the sandbox's own choosing. */
export function editStage(stage: Stage): Stage {
  const { said, ...motif } = stage.motif;
  const plain = {
    ...motif,
    said,
    light: said.light ? motif.light : ('day' as const),
    season: said.season ? motif.season : ('summer' as const),
    setting: said.setting ? motif.setting : ('meadow' as const),
  };
  return { ...stage, motif: plain, palette: paletteFor(plain, stage.random.fork('palette')) };
}

export interface EditFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fit: Fit;
  /** Only the picture's own pixels change; whoever asks draws the rest. */
  readonly onlyPixels?: boolean;
}

/** Draws an edit of one picture: what the prompt asks for is done to the picture itself. Returns what that was. */
export async function editPicture(
  given: Stage,
  original: Reference,
  prompt: string,
  { fit, onlyPixels = false, ...size }: EditFrame,
): Promise<EditWish> {
  const stage = editStage(given);
  const { drawing, motif, width, height } = stage;
  const wish = readEdit(prompt, motif);
  const shrink = Math.min(1, MAX_EMBEDDED_SIDE_PX / Math.max(size.widthPx, size.heightPx));
  const frame = await framed(
    original,
    Math.ceil(size.widthPx * shrink),
    Math.ceil(size.heightPx * shrink),
    fit,
  );
  const isWorn = motif.accessories.length > 0;
  const known = knownHead(stage, original, frame);
  const isAway = wish.resets && known !== undefined ? awayFrom(known, stage) : undefined;
  const map = await mapOf(frame, wish.backdrop !== null || wish.resets || isWorn, isAway);
  const isBacked = !onlyPixels && wish.resets && map.share >= MIN_BACKDROP_SHARE;
  const sky = await planeOf(map, frame);
  const looked = await applyLook(frame, wish.look);
  repaint(looked, sky, {
    look: wish.look,
    light: wish.relights ? motif.light : null,
    isLit: isBacked,
    season: wish.reseasons ? motif.season : null,
    isWet: motif.weather === 'rain',
    colour: wish.colour,
    backdrop: wish.backdrop,
    spot: motif.said.subject && known !== undefined ? spotOf(known, stage, looked) : null,
  });
  if (isBacked) drawScene({ ...stage, motif: { ...motif, subject: null } });
  const alpha = isBacked ? Buffer.from(sky.map((value) => 255 - value)) : undefined;
  drawing.add(image(await dataUri(looked, alpha), 0, 0, width, height));
  if (wish.relights && motif.light === 'night' && !isBacked) nightSky(stage, map);
  drawWeather({ ...stage, motif: { ...motif, setting: 'meadow' } });
  if (onlyPixels) return wish;
  addToPicture(stage, wish, { map, head: known ?? guessedHead(stage, map) });
  drawSign(stage, { x: width * 0.06, y: 0, width: width * 0.88, height: height * 0.34, hangs: true });
  return wish;
}

async function mapOf(frame: Pixels, fromSides: boolean, isAway?: SkySeeds['isAway']): Promise<SkyMap> {
  const scale = Math.min(1, MAP_SIDE_PX / Math.max(frame.widthPx, frame.heightPx));
  const small = await resized(
    frame,
    Math.max(3, Math.round(frame.widthPx * scale)),
    Math.max(3, Math.round(frame.heightPx * scale)),
  );
  return skyMap(small.data, small.widthPx, small.heightPx, { fromSides, ...(isAway && { isAway }) });
}

/** The map as a plane of the picture's size with soft edges, 255 where it is open. */
async function planeOf(map: SkyMap, { widthPx, heightPx }: Pixels): Promise<Buffer> {
  const plane = {
    raw: { width: map.widthPx, height: map.heightPx, channels: 1 as const },
    limitInputPixels: false,
  };
  return (
    sharp(Buffer.from(map.open.map((value) => value * 255)), plane)
      .resize(widthPx, heightPx, { fit: 'fill', kernel: 'cubic' })
      .blur(Math.max(0.8, widthPx / map.widthPx / 3))
      // A little over its edge: a seam of the old sky shows more than one of the new.
      .linear(1.9, -18)
      .toColourspace('b-w')
      .raw()
      .toBuffer()
  );
}

function nightSky({ drawing, width, height, random: base, palette }: Stage, map: SkyMap): void {
  const random = base.fork('nightStars');
  const count = Math.min(360, Math.round(((width * height) / 9000) * Math.max(map.share, 0.1)) + 40);
  for (let index = 0; index < count; index += 1) {
    const [x, y] = [random.next(), random.next() ** 1.3 * 0.8];
    if (!map.has(x, y)) continue;
    drawing.add(
      circle(x * width, y * height, random.next() ** 3 * 4 + 1, '#fff6da', opacity(random.range(0.4, 0.95))),
    );
  }
  const r = 54;
  for (const x of [0.8, 0.2, 0.66, 0.35, 0.5]) {
    const y = Math.max(0.15, (r * 2.2) / height);
    if (
      ![-1.6, 0, 1.6].every(
        (step) => map.has(x + (step * r) / width, y) && map.has(x, y + (step * r) / height),
      )
    )
      continue;
    const glow = drawing.radial([
      [0, palette.orb, 0.5],
      [0.4, palette.orb, 0.16],
      [1, palette.orb, 0],
    ]);
    drawing.add(circle(x * width, y * height, r * 4, glow), circle(x * width, y * height, r, palette.orb));
    drawing.add(circle(x * width - r * 0.3, y * height - r * 0.2, r * 0.2, '#c9c3b4', opacity(0.5)));
    drawing.add(circle(x * width + r * 0.3, y * height + r * 0.3, r * 0.25, '#c9c3b4', opacity(0.45)));
    return;
  }
}
