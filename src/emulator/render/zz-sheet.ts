import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';
import { readFileSync } from 'node:fs';
import { drawScene, stageFor } from './compose-scene.ts';
const list: [string, number, number, number][] = JSON.parse(readFileSync(process.argv[2]!, 'utf8'));
const cols = Number(process.argv[4] ?? 6),
  cell = Number(process.argv[5] ?? 330);
const tiles = [];
for (const [i, [prompt, w, h, seed]] of list.entries()) {
  try {
    const s = Math.min(1, cell / Math.max(w, h));
    const stage = stageFor(prompt, w, h, seed);
    drawScene(stage);
    const svg = stage.drawing.toSvg(stage.width, stage.height);
    const t = performance.now();
    const r = new Resvg(svg, {
      fitTo: { mode: 'width', value: Math.round(w * s) },
      font: { loadSystemFonts: false },
    }).render();
    const ms = performance.now() - t;
    tiles.push({
      input: Buffer.from(r.pixels),
      raw: { width: r.width, height: r.height, channels: 4 as const },
      left: (i % cols) * (cell + 6),
      top: Math.floor(i / cols) * (cell + 6),
    });
    if (process.env.T) console.log(prompt, svg.length, ms.toFixed(0));
  } catch (e) {
    console.log(prompt, e);
  }
}
await sharp({
  create: {
    width: cols * (cell + 6),
    height: Math.ceil(list.length / cols) * (cell + 6),
    channels: 3,
    background: '#fff',
  },
})
  .composite(tiles)
  .png()
  .toFile(process.argv[3]!);
