import type { Stage } from '../stage.ts';
import { opacity, path, round, stroke } from '../svg.ts';

/** A band of waves: scalloped crests with foam, filled down to the bottom. */
export function waveBand(
  { drawing, width, height, random: base }: Stage,
  y: number,
  length: number,
  swell: number,
  fill: string,
  foam: string,
  solidity = 1,
): void {
  const random = base.fork(`wave${Math.round(y)}`);
  const start = -random.range(0, length);
  let crest = `M${round(start)} ${round(y)}`;
  for (let x = start; x < width + length; x += length) {
    const rise = swell * random.range(0.75, 1.2);
    crest += `q${round(length * 0.25)} ${round(rise)} ${round(length * 0.5)} 0t${round(length * 0.5)} 0`;
  }
  drawing.add(
    path(
      `${crest}L${round(width + length * 2)} ${height + 20}L${round(start)} ${height + 20}Z`,
      fill,
      opacity(solidity),
    ),
  );
  drawing.add(stroke(crest, foam, Math.max(2.4, swell * 0.2), opacity(0.55)));
}
