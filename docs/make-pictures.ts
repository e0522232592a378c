/**
 * Draws the pictures of `docs/sandbox.md` and `docs/masks.md` with the product itself: each is an order to the sandbox,
 * as a caller would make it. Run: `node docs/make-pictures.ts`. It prints the counts of `docs/masks.md`.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createApp } from '../src/app/lifecycle.ts';
import type { LocalOrder } from '../src/app/local-order.ts';
import { decodeBase64InTurns } from '../src/bytes/decode-base64.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { PictureRenderer } from '../painter/picture-renderer.ts';
import { guidanceImage } from '../src/pixels/mask/guidance-image.ts';
import { planMask } from '../src/pixels/mask/plan-mask.ts';
import { edits, originals } from './sandbox-edits.ts';

const picture = (name: string): URL => new URL(`./pictures/${name}.png`, import.meta.url);
const dataDir = await mkdtemp(join(tmpdir(), 'plantain-docs-'));
const { config } = loadConfig({ env: { PLANTAIN_DATA_DIR: dataDir, PLANTAIN_LOG_LEVEL: 'silent' }, cwd: dataDir });
const app = await createApp(config);

async function order(body: Record<string, unknown>, more: Pick<LocalOrder, 'images' | 'mask'> = {}): Promise<Buffer> {
  const { images } = await app.runOrder({ body, ...more, signal: AbortSignal.timeout(60_000) });
  const [first] = images;
  if (first === undefined) throw new Error('no picture');
  return decodeBase64InTurns(first.image.base64);
}

// Small pictures, in which the caption is as large as on a page.
const small = { model: 'gemini-3.1-flash-image', image_size: '512', aspect_ratio: '4:3', output_format: 'png' };
const drawn = new Map<string, Buffer>();
for (const [name, prompt] of Object.entries(originals)) drawn.set(name, await order({ ...small, prompt }));
for (const { name, of, prompt } of edits) {
  const images = of.map((original) => ({ name: `${original}.png`, bytes: drawn.get(original) ?? Buffer.alloc(0) }));
  drawn.set(name, await order({ ...small, prompt }, { images }));
}
for (const [name, bytes] of drawn) {
  const lean = sharp(bytes).keepMetadata().png({ palette: true, quality: 92, effort: 8, compressionLevel: 9 });
  await writeFile(picture(`sandbox-${name}`), await lean.toBuffer());
}

const [before, mask] = [await readFile(picture('mask-before')), await readFile(picture('mask-mask'))];
const prompt = 'A red and yellow balloon in the sky';
const after = await order({ prompt }, { images: [{ name: 'before.png', bytes: before }], mask });
const { width: widthPx, height: heightPx } = await sharp(before).metadata();
const plan = await planMask(before, mask, { widthPx, heightPx }, 1_000_000);
const { bytes: guidance } = await guidanceImage(before, plan, 1_000_000);
const renderer = new PictureRenderer();
const whole = await renderer.render({
  prompt,
  widthPx,
  heightPx,
  mimeType: 'image/png',
  seed: 1,
  references: [before, guidance],
});
await renderer.close();
for (const [name, bytes] of Object.entries({ guidance, after, drawn: whole })) await writeFile(picture(`mask-${name}`), bytes);

const rgba = (bytes: Buffer) => sharp(bytes).ensureAlpha().raw().toBuffer();
const [alpha, first, model, last] = await Promise.all([
  sharp(mask).extractChannel('alpha').raw().toBuffer(),
  rgba(before),
  rgba(whole),
  rgba(after),
]);
const differs = (left: Buffer, right: Buffer, pixel: number) =>
  !left.subarray(pixel * 4, pixel * 4 + 4).equals(right.subarray(pixel * 4, pixel * 4 + 4));
const counts = { kept: 0, drawn: 0, after: 0, edited: 0 };
for (const [pixel, value] of alpha.entries()) {
  if (value === 255) {
    counts.kept++;
    if (differs(first, model, pixel)) counts.drawn++;
    if (differs(first, last, pixel)) counts.after++;
  } else if (differs(first, last, pixel)) counts.edited++;
}
process.stdout.write(`Pixels outside the mask: ${counts.kept}\n`);
process.stdout.write(`  of these differing in what was drawn: ${counts.drawn}\n`);
process.stdout.write(`  of these differing in the result: ${counts.after}\n`);
process.stdout.write(`Pixels inside the mask that changed: ${counts.edited}\n`);
await app.drain();
await rm(dataDir, { recursive: true });
