import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Where an edit may change the picture: this square, in pixels. */
export const hole = { left: 352, top: 352, width: 320, height: 320 } as const;
const edgePx = 1024;

/** Writes the pictures that clients send: `first.png` and `mask.png` of 1024×1024, `second.jpg` of 640×480. */
export async function writeInputs(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const waves = (widthPx: number, heightPx: number, colour: string): Buffer =>
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}"><defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="${colour}"/><stop offset="1" stop-color="#fdf6e3"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/><circle cx="30%" cy="35%" r="18%" fill="#268bd2"/><circle cx="68%" cy="62%" r="22%" fill="#dc322f"/></svg>`,
    );
  await sharp(waves(edgePx, edgePx, '#2aa198'))
    .removeAlpha()
    .png()
    .toFile(join(directory, 'first.png'));
  await sharp(waves(640, 480, '#b58900'))
    .jpeg()
    .toFile(join(directory, 'second.jpg'));
  const transparent = await sharp({
    create: { width: hole.width, height: hole.height, channels: 4, background: '#fff' },
  })
    .png()
    .toBuffer();
  await sharp({ create: { width: edgePx, height: edgePx, channels: 4, background: '#000' } })
    .composite([{ input: transparent, left: hole.left, top: hole.top, blend: 'dest-out' }])
    .png()
    .toFile(join(directory, 'mask.png'));
}

/** How many pixels outside the hole differ from `first.png`. */
export async function differingOutsideHole(pictureFile: string, inputs: string): Promise<number> {
  const raw = async (file: string) =>
    sharp(await readFile(file))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
  const [result, first] = await Promise.all([raw(pictureFile), raw(join(inputs, 'first.png'))]);
  const { width, height } = first.info;
  if (result.info.width !== width || result.info.height !== height) return width * height;
  let differing = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isInside =
        x >= hole.left && x < hole.left + hole.width && y >= hole.top && y < hole.top + hole.height;
      const at = (y * width + x) * 3;
      if (!isInside && first.data.compare(result.data, at, at + 3, at, at + 3) !== 0) differing++;
    }
  }
  return differing;
}
