import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/start-emulator.ts';
import { imageSizes } from '../../src/journey/catalogue-model.ts';
import { loadCatalogue } from '../../src/routing/model-catalogue.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

const tenRatios = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const { models } = loadCatalogue();

let gateway: Gateway;
let emulator: Awaited<ReturnType<typeof startEmulator>>;

beforeAll(async () => {
  // The real emulator decides the pixels; only the drawing is replaced by a plain canvas, so that 150 pictures are quick.
  emulator = await startEmulator({
    host: '127.0.0.1',
    port: 0,
    models,
    renderer: {
      render: ({ widthPx: width, heightPx: height, mimeType }) => {
        const canvas = sharp({ create: { width, height, channels: 3, background: '#4a7' } });
        return (mimeType === 'image/png' ? canvas.png({ compressionLevel: 1 }) : canvas.jpeg()).toBuffer();
      },
      close: async () => undefined,
    },
  });
  gateway = await startGateway({ upstreamUrl: emulator.url });
});
afterAll(async () => {
  await gateway.close();
  await emulator.close();
});

describe.each(models.map((model) => [model.id, model] as const))('%s', (_id, model) => {
  test.each(
    imageSizes
      .filter((size) => size !== '512')
      .flatMap((size) => tenRatios.map((ratio) => [size, ratio] as const)),
  )(
    '%s at %s has exactly the documented pixels, or is refused with what is supported',
    async (image_size, aspect_ratio) => {
      const response = await fetch(`${gateway.url}/v1/images/generations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: model.id, prompt: 'a canvas', image_size, aspect_ratio }),
      });
      const body = (await response.json()) as {
        size?: string;
        data?: { b64_json: string }[];
        error?: { message: string; param: string };
      };
      const supported = model.imageSizes.find((size) => size === image_size);
      if (supported === undefined) {
        expect(response.status).toBe(400);
        expect(body.error).toMatchObject({
          param: 'image_size',
          message: expect.stringContaining(`Supported values: ${model.imageSizes.join(', ')}.`) as string,
        });
        return;
      }
      expect(response.status).toBe(200);
      const documented = Object.entries(model.pixels[supported] ?? {}).find(
        ([ratio]) => ratio === aspect_ratio,
      )?.[1];
      const picture = await sharp(Buffer.from(body.data?.[0]?.b64_json ?? '', 'base64'), {
        limitInputPixels: false,
      }).metadata();
      expect({ width: picture.width, height: picture.height }).toEqual({
        width: documented?.widthPx,
        height: documented?.heightPx,
      });
      expect(body.size).toBe(`${documented?.widthPx}x${documented?.heightPx}`);
      expect(`image/${picture.format}`).toBe(model.outputMimeType);
    },
  );
});

describe('pictures drawn by the sandbox', () => {
  test.each([
    ['gemini-2.5-flash-image', '1K', '21:9', '1536x672'],
    ['gemini-nano-banana-2.1', '2K', '9:16', '1536x2752'],
    ['gemini-3-pro-image', '4K', '1:1', '4096x4096'],
  ])('%s %s %s decodes to %s', async (model, image_size, aspect_ratio, size) => {
    const sandbox = await startGateway();
    try {
      const response = await fetch(`${sandbox.url}/v1/images/generations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sandbox.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, prompt: 'a lighthouse', image_size, aspect_ratio }),
      });
      const body = (await response.json()) as { data: { b64_json: string }[] };
      const { info } = await sharp(Buffer.from(body.data[0]?.b64_json ?? '', 'base64'))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(`${info.width}x${info.height}`).toBe(size);
    } finally {
      await sandbox.close();
    }
  });
});
