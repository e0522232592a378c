import { expect, test } from 'vitest';
import { runMoney } from '../chaos/money-chaos.ts';

test('three servers on one PostgreSQL, killed and paused under load while it crashes: every call has its row, every counter is its sum, no budget is passed', async () => {
  const { broken } = await runMoney(10, 12, () => undefined);
  expect(broken).toEqual([]);
}, 120_000);
