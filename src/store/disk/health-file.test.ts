import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { healthStoreContract } from '../../../test/contracts/health-store.contract.ts';
import { nothingKept } from '../../routing/kept-health.ts';
import { HealthFile } from './health-file.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plantain-test-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('HealthFile', () => {
  healthStoreContract(() => new HealthFile(join(directory, 'data')));

  test('leaves one file, and no half of one', async () => {
    await new HealthFile(directory).save(nothingKept);
    expect(await readdir(directory)).toEqual(['upstream-health.json']);
  });

  test.each(['{', '{"upstreams":[{"name":3}]}', '[]'])('what is damaged is told: %s', async (text) => {
    await writeFile(join(directory, 'upstream-health.json'), text);
    await expect(new HealthFile(directory).load()).rejects.toThrow();
  });
});
