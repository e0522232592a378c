import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { runCommandLine } from './run-command-line.ts';

test('models lists what the file adds to the catalogue, what a picture costs, and the default', async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'plantain-models-'));
  try {
    writeFileSync(
      path.join(cwd, 'plantain.yaml'),
      'models:\n  my-model:\n    extends: gemini-3-pro-image\naliases:\n  house-style: my-model\ndefault_model: my-model\n',
    );
    const run = async (...words: string[]) => {
      const context = capturedContext({ cwd });
      expect(await runCommandLine(['models', ...words], context)).toBe(0);
      return context.out();
    };
    const text = await run();
    expect(text).toMatch(
      /\nmy-model \* +1K \$0\.1344, 2K \$0\.1344, 4K \$0\.24 +10 +up to 14 +house-style\n/,
    );
    expect(text).toContain('\ngemini-2.5-flash-image  ');
    const models = JSON.parse(await run('--json')) as { id: string }[];
    expect(models.find(({ id }) => id === 'my-model')).toMatchObject({
      is_default: true,
      aliases: ['house-style'],
      image_sizes: ['1K', '2K', '4K'],
      picture_cost_micro_usd: { '1K': 134_400, '2K': 134_400, '4K': 240_000 },
    });
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
