import { badgeSize, type Box, letterSize } from '../caption.ts';
import { drawScene } from '../compose-scene.ts';
import { Drawing } from '../drawing.ts';
import { drawSign } from '../lettering.ts';
import { rasterize } from '../rasterize.ts';
import type { Stage } from '../stage.ts';
import { accessory } from '../subjects/accessories.ts';
import { drawSubject } from '../subjects/draw-subject.ts';
import { image, place } from '../svg.ts';
import { editPicture, editStage } from './edit-picture.ts';
import { dataUri, type Pixels, resized } from './frame.ts';
import { type Area, areasOf } from './hole-areas.ts';
import { findHole, type Hole, lowestBand } from './hole.ts';

const COMPARED_SIDE_PX = 384;
const MAX_RATIO_DIFFERENCE = 0.03;
/** Room for the soft edge with which a drawing is laid into a hole (docs/masks.md), as a share of the short side. */
const EDGE_SHARE = 0.014;

/** Where the last picture says that the first is to be edited; undefined when it is no guide to it. */
export async function readGuide(original: Pixels, guide: Pixels): Promise<Hole | undefined> {
  const [one, other] = [original.widthPx / original.heightPx, guide.widthPx / guide.heightPx];
  if (Math.abs(one / other - 1) > MAX_RATIO_DIFFERENCE) return undefined;
  const scale = Math.min(1, COMPARED_SIDE_PX / Math.max(guide.widthPx, guide.heightPx));
  const widthPx = Math.max(1, Math.round(guide.widthPx * scale));
  const heightPx = Math.max(1, Math.round(guide.heightPx * scale));
  return findHole(await resized(original, widthPx, heightPx), await resized(guide, widthPx, heightPx));
}

/** How columns and rows of a hole become units of the drawing, in whose middle the whole original lies. */
function scaleOf({ width, height }: Stage, hole: Hole) {
  const unitsPerPx = Math.min(width / hole.widthPx, height / hole.heightPx);
  return {
    unitsPerPx,
    left: (width - hole.widthPx * unitsPerPx) / 2,
    top: (height - hole.heightPx * unitsPerPx) / 2,
  };
}

/**
 * Draws an edit inside a hole. The picture keeps its framing, for what is drawn will be laid back by it. Returns where
 * the badge has to stand to be seen there, if there is room for it.
 */
export async function guidedEdit(
  given: Stage,
  original: Pixels,
  hole: Hole,
  prompt: string,
  size: { readonly widthPx: number; readonly heightPx: number },
): Promise<{ readonly isUnderstood: boolean; readonly badge: Box | undefined }> {
  const stage = editStage(given);
  const wish = await editPicture(given, original, prompt, { ...size, fit: 'contain', onlyPixels: true });
  const badge = badgeRoom(stage, hole, Math.min(original.widthPx, original.heightPx));
  const { motif } = stage;
  const drewScene =
    !(motif.said.subject && motif.subject !== null) &&
    motif.said.setting &&
    motif.words.length === 0 &&
    wish.adds === null &&
    !wish.changes;
  // One setting for all of the hole: two parts of a forest are of the same forest.
  if (drewScene) await sceneInto(stage, roomOf(stage, hole, hole));
  let drewSubject = false;
  for (const [index, area] of areasOf(hole).entries()) {
    const free = besideBadge(roomOf(stage, hole, area), badge);
    const own = index === 0 ? stage : { ...stage, random: stage.random.fork(`area ${index}`) };
    drewSubject = motif.said.subject && !wish.changes && putInto(own, free);
    if (!drewScene && !drewSubject) wearInto(own, free);
    drawSign(own, { ...signRoom(free, drewSubject), hangs: false });
  }
  return { isUnderstood: drewSubject || drewScene || wish.isUnderstood, badge };
}

/** An area of a hole in units of the drawing. */
function roomOf(stage: Stage, hole: Hole, area: Area): Box {
  const { unitsPerPx, left, top } = scaleOf(stage, hole);
  return {
    x: left + area.left * unitsPerPx,
    y: top + area.top * unitsPerPx,
    width: (area.right - area.left) * unitsPerPx,
    height: (area.bottom - area.top) * unitsPerPx,
  };
}

/** What is above the badge, where that stands low in the room. */
function besideBadge(room: Box, badge: Box | undefined): Box {
  const bottom = room.y + room.height;
  const isInside =
    badge !== undefined &&
    badge.y > room.y &&
    badge.y < bottom &&
    badge.x < room.x + room.width &&
    badge.x + badge.width > room.x;
  return isInside && bottom - badge.y < room.height * 0.4 ? { ...room, height: badge.y - room.y } : room;
}

/** The prompt's subject, as large as the room lets it be. */
function putInto(stage: Stage, room: Box): boolean {
  const { drawing, motif, random } = stage;
  if (motif.subject === null) return false;
  const figure = drawSubject(motif.subject, { ...stage, random: random.fork('in the hole') });
  const scale = Math.min((room.width * 0.86) / figure.width, (room.height * 0.92) / figure.height);
  const middle = room.y + room.height / 2;
  const y = figure.stance === 'floats' ? middle : middle + (figure.height * scale) / 2;
  drawing.add(place(figure.svg, { x: room.x + room.width / 2, y, scale }));
  return true;
}

function wearInto({ drawing, motif, ...stage }: Stage, room: Box): void {
  const [worn] = motif.accessories;
  if (worn === undefined) return;
  const scale = Math.min(room.width / 130, room.height / 130);
  const at = { x: room.x + room.width / 2, y: room.y + room.height * 0.72, scale };
  drawing.add(place(accessory(worn, { ...stage, drawing, motif }), at));
}

/** The prompt's setting, drawn for the room alone. */
async function sceneInto(stage: Stage, room: Box): Promise<void> {
  const short = Math.min(room.width, room.height);
  const inner = {
    ...stage,
    drawing: new Drawing(),
    width: Math.round((room.width / short) * 1000),
    height: Math.round((room.height / short) * 1000),
  };
  drawScene(inner);
  const [widthPx, heightPx] = [Math.ceil(room.width), Math.ceil(room.height)];
  const { pixels } = rasterize(inner.drawing.toSvg(inner.width, inner.height), widthPx, heightPx);
  const data = Buffer.alloc(widthPx * heightPx * 3);
  for (let at = 0; at < widthPx * heightPx; at += 1) pixels.copy(data, at * 3, at * 4, at * 4 + 3);
  const uri = await dataUri({ data, widthPx, heightPx });
  stage.drawing.add(image(uri, room.x, room.y, room.width, room.height));
}

function signRoom(room: Box, isShared: boolean): Box {
  const inner = { ...room, x: room.x + room.width * 0.1, width: room.width * 0.8 };
  return isShared ? { ...inner, height: room.height * 0.34 } : inner;
}

/** The lowest place in the hole that the badge fits in, with smaller letters where it must be. */
function badgeRoom(stage: Stage, hole: Hole, shortSidePx: number): Box | undefined {
  const { unitsPerPx, left, top } = scaleOf(stage, hole);
  const edge = EDGE_SHARE * 1000;
  for (const share of [0.82, 0.7, 0.58]) {
    const { width, height } = badgeSize(letterSize(shortSidePx) * share);
    const rows = Math.ceil((height + edge * 2) / unitsPerPx);
    const band = lowestBand(hole, rows, Math.ceil((width + edge * 2) / unitsPerPx));
    if (band === undefined) continue;
    const middle = left + ((band.left + band.right) / 2) * unitsPerPx;
    return { x: middle - width / 2, y: top + band.top * unitsPerPx + edge, width, height };
  }
  return undefined;
}
