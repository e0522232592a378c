import { afterAll, beforeAll, expect, test } from 'vitest';
import { field, file, imagesOf, postForm } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { maskWithHole, noise } from '../support/test-pictures.ts';

let sandbox: Gateway;
beforeAll(async () => {
  sandbox = await startGateway();
});
afterAll(() => sandbox.close());

const parts = [
  field('prompt', 'a sunflower'),
  file('image', await noise(64, 48, 'jpeg')),
  file('mask', await maskWithHole(64, 48, { left: 20, top: 10, width: 10, height: 10 })),
];
const kept = 'to="64x48";reason=masked-edits-keep-their-size';

test.each([
  [{ size: '512x512' }, `size;action=mapped;from="512x512";${kept}`],
  [{ width: '512', height: '256' }, `width;action=mapped;from="512x256";${kept}`],
  [{ aspectRatio: '16:9' }, `aspectRatio;action=mapped;from="16:9";${kept}`],
  [
    { size: '1024x1024', image_size: '2K' },
    `size;action=mapped;from="1024x1024";${kept}, image_size;action=mapped;from="2K";${kept}`,
  ],
  [{ size: '64x48' }, null],
  [{ size: 'auto' }, null],
  [{}, null],
])(
  'a masked edit keeps its size whatever %j asks, which is told with the size that comes',
  async (wish, told) => {
    const form = [...parts, ...Object.entries(wish).map(([name, value]) => field(name, value))];
    const dry = await postForm(sandbox, form, '/v1/images/edits?dry_run=true');
    expect(await dry.json()).toMatchObject({ size: '64x48', output_format: 'png' });
    const response = await postForm(sandbox, form);
    expect(response.headers.get('plantain-adapted')).toBe(told);
    expect(await imagesOf(response)).toMatchObject({ size: '64x48', output_format: 'png' });
  },
);
