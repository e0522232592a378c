import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeFor, type Language, languages } from '../../web/src/studio/code.ts';
import type { Wish } from '../../web/src/studio/wish.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

const run = promisify(execFile);
const reference = {
  id: 'r',
  name: 'it.png',
  blob: new Blob([], { type: 'image/png' }),
  width: 64,
  height: 64,
};
const drawn: Wish = {
  model: 'gemini-2.5-flash-image',
  prompt: `It's "a fox"\nat $HOME, 'tis \\ \`100%\``,
  ratio: '16:9',
  size: '1K',
  format: 'webp',
  compression: 80,
  references: [],
  mask: undefined,
};
const edited: Wish = {
  ...drawn,
  format: '',
  references: [reference],
  mask: { drawing: [], png: new Blob([]), referenceId: 'r' },
};

let gateway: Gateway;
let folder: string;
beforeAll(async () => {
  gateway = await startGateway();
  folder = await mkdtemp(join(tmpdir(), 'plantain-code-'));
  await symlink(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'));
  const canvas = (alpha: number) =>
    sharp({ create: { width: 64, height: 64, channels: 4, background: { r: 9, g: 99, b: 9, alpha } } })
      .png()
      .toBuffer();
  await writeFile(join(folder, 'reference-1.png'), await canvas(1));
  await writeFile(join(folder, 'mask.png'), await canvas(0));
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

const environment = () => ({ ...process.env, OPENAI_API_KEY: gateway.key });

test.each([
  ['a drawing', drawn, 1, ['picture-1.webp'], '1344x768'],
  ['several', drawn, 2, ['picture-1.webp', 'picture-2.webp'], '1344x768'],
  ['an edit', edited, 1, ['picture-1.png'], '64x64'],
])(
  'the command for curl orders %s, whatever stands in the prompt, and saves it without a word at the terminal',
  async (what, wish, count, files, size) => {
    const cwd = await mkdtemp(join(folder, 'curl-'));
    for (const name of ['reference-1.png', 'mask.png']) await symlink(join(folder, name), join(cwd, name));
    const text = codeFor('curl', wish, count, { root: `${gateway.url}/v1`, nativeType: 'image/png' });
    expect(await run('sh', ['-c', text], { cwd, env: environment(), maxBuffer: 1e8 })).toEqual({
      stdout: '',
      stderr: '',
    });
    for (const file of files) {
      const { width, height, format } = await sharp(await readFile(join(cwd, file))).metadata();
      expect([what, `${width}x${height}`, format]).toEqual([what, size, file.split('.')[1]]);
    }
  },
);

test.each([
  ['a drawing', drawn, 'picture-2.webp', '1344x768'],
  ['an edit', edited, 'picture-1.png', '64x64'],
])('the program in TypeScript orders %s and saves it', async (_what, wish, file, size) => {
  const path = join(folder, 'code.ts');
  await writeFile(
    path,
    codeFor('typescript', wish, wish === drawn ? 2 : 1, {
      root: `${gateway.url}/v1`,
      nativeType: 'image/png',
    }),
  );
  await run(process.execPath, [path], { cwd: folder, env: environment() });
  const { width, height } = await sharp(await readFile(join(folder, file))).metadata();
  expect(`${width}x${height}`).toBe(size);
});

test.each(languages)('%s holds no key, and every field', (language: Language) => {
  const code = codeFor(language, drawn, 3, { root: 'https://example.com/v1', nativeType: 'image/png' });
  expect(code).toContain('OPENAI_API_KEY');
  for (const part of [
    'gemini-2.5-flash-image',
    'aspect_ratio',
    '16:9',
    'image_size',
    'webp',
    '80',
    'https://example.com/v1',
  ])
    expect(code).toContain(part);
});
