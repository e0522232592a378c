/**
 * Draws the pictures of `docs/masks.md` with the product's own code, and counts the pixels that differ outside
 * the mask. Run: `node docs/make-mask-pictures.ts`. No model is asked: the "drawn" picture is a second drawing
 * that differs everywhere, as a model's answer does.
 */
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { compositeMask } from '../src/pixels/mask/composite-mask.ts';
import { guidanceImage } from '../src/pixels/mask/guidance-image.ts';

const width = 512;
const height = 384;
const maxInputPixels = 1_000_000;
const hole = '<ellipse cx="330" cy="128" rx="88" ry="110"/>';

interface Mood {
  readonly sky: readonly [string, string];
  readonly hills: readonly [string, string, string];
  readonly water: string;
  /** How far a model's redrawing slips. */
  readonly slipPx: number;
  readonly balloon: boolean;
}

const before: Mood = { sky: ['#5b8fc7', '#f3d9b1'], hills: ['#8aa0b8', '#5d7f6b', '#3d5a43'], water: '#7fa9c4', slipPx: 0, balloon: false };
const redrawn: Mood = { sky: ['#5c90c8', '#f2d9b2'], hills: ['#8b9fb8', '#5e806a', '#42603f'], water: '#88b2c6', slipPx: 1, balloon: true };

function landscape(mood: Mood): Buffer {
  const balloon = `
    <g transform="translate(330 122)">
      <path d="M-16 58 L-8 84 M16 58 L8 84" stroke="#5b3d23" stroke-width="2"/>
      <path d="M0 -86 C56 -86 68 -32 54 4 C44 32 24 46 18 60 L-18 60 C-24 46 -44 32 -54 4 C-68 -32 -56 -86 0 -86Z" fill="#d8432f"/>
      <path d="M0 -86 C28 -86 34 -32 27 4 C22 32 12 46 9 60 L-9 60 C-12 46 -22 32 -27 4 C-34 -32 -28 -86 0 -86Z" fill="#f4c14e"/>
      <path d="M0 -86 C8 -86 11 -32 9 4 C7 32 4 46 3 60 L-3 60 C-4 46 -7 32 -9 4 C-11 -32 -8 -86 0 -86Z" fill="#d8432f"/>
      <rect x="-10" y="84" width="20" height="15" rx="3" fill="#8a5a33"/>
    </g>`;
  return Buffer.from(`
    <svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
      <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="${mood.sky[0]}"/><stop offset=".75" stop-color="${mood.sky[1]}"/></linearGradient></defs>
      <rect width="${width}" height="${height}" fill="url(#sky)"/>
      <g transform="translate(${mood.slipPx} ${-mood.slipPx / 2})">
        <circle cx="92" cy="86" r="30" fill="#fff4d6"/>
        <g fill="#ffffff" opacity=".75"><ellipse cx="190" cy="66" rx="46" ry="12"/><ellipse cx="216" cy="56" rx="30" ry="12"/><ellipse cx="440" cy="52" rx="52" ry="11"/></g>
        <path d="M-20 236 L70 168 L134 214 L222 142 L310 226 L392 176 L540 244 V400 H-20Z" fill="${mood.hills[0]}"/>
        <path d="M-20 262 C80 212 170 252 260 238 S440 214 540 256 V400 H-20Z" fill="${mood.hills[1]}"/>
        <path d="M-20 300 C120 276 250 296 540 280 V400 H-20Z" fill="${mood.water}"/>
        <path d="M-20 400 V336 C60 318 150 330 236 356 S420 384 540 352 V400Z" fill="${mood.hills[2]}"/>
        <g transform="translate(92 296)"><rect width="52" height="36" fill="#e9dcc6"/><path d="M-6 2 L26 -24 L58 2Z" fill="#a0432f"/><rect x="20" y="14" width="12" height="22" fill="#5b3d23"/><rect x="38" y="10" width="8" height="9" fill="#7fa9c4"/></g>
        <g fill="#2f4a35"><path d="M402 350 l18 -76 l18 76Z"/><path d="M436 356 l15 -60 l15 60Z"/><path d="M44 344 l13 -56 l13 56Z"/></g>
      </g>
      ${mood.balloon ? balloon : ''}
    </svg>`);
}

const png = (svg: Buffer) => sharp(svg).removeAlpha().png({ compressionLevel: 9 }).toBuffer();
const original = await png(landscape(before));
const generated = await png(landscape(redrawn));
const mask = await sharp({ create: { width, height, channels: 4, background: '#000000' } })
  .composite([{ input: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${hole}</svg>`), blend: 'dest-out' }])
  .png({ compressionLevel: 9 })
  .toBuffer();

const after = await compositeMask({ original, mask, generated }, maxInputPixels, AbortSignal.timeout(60_000));
const guidance = await guidanceImage(original, mask, maxInputPixels);

const pictures = { before: original, mask, guidance: guidance.bytes, drawn: generated, after: after.bytes };
for (const [name, bytes] of Object.entries(pictures)) {
  await writeFile(new URL(`./pictures/mask-${name}.png`, import.meta.url), bytes);
}

const rgba = (bytes: Buffer) => sharp(bytes).ensureAlpha().raw().toBuffer();
const [alpha, first, drawn, last] = await Promise.all([sharp(mask).extractChannel('alpha').raw().toBuffer(), rgba(original), rgba(generated), rgba(after.bytes)]);
const differs = (left: Buffer, right: Buffer, pixel: number) => !left.subarray(pixel * 4, pixel * 4 + 4).equals(right.subarray(pixel * 4, pixel * 4 + 4));
const counts = { kept: 0, drawn: 0, after: 0, edited: 0 };
for (const [pixel, value] of alpha.entries()) {
  if (value === 255) {
    counts.kept++;
    if (differs(first, drawn, pixel)) counts.drawn++;
    if (differs(first, last, pixel)) counts.after++;
  } else if (differs(first, last, pixel)) counts.edited++;
}
process.stdout.write(`Pixels outside the mask: ${counts.kept}\n`);
process.stdout.write(`  of these differing in what the model drew: ${counts.drawn}\n`);
process.stdout.write(`  of these differing in the result: ${counts.after}\n`);
process.stdout.write(`Pixels inside the mask that changed: ${counts.edited}\n`);
