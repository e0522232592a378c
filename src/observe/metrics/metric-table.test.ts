import { expect, test } from 'vitest';
import { Meter } from './meter.ts';
import { type MetricDefinition, metricTable } from './metric-table.ts';

test('whatever is counted, there are never more than 4,000 series', () => {
  const most = Object.values<MetricDefinition>(metricTable).map(({ labels, buckets, maxCombinations }) => {
    // A histogram has its buckets, one without an upper bound, a sum and a count.
    const lines = buckets === undefined ? 1 : buckets.length + 3;
    // Beyond what it may have there is one combination more, in which all labels are `other`.
    return lines * (labels.length === 0 ? 1 : maxCombinations + 1);
  });
  expect(most.reduce((sum, lines) => sum + lines, 0)).toBeLessThanOrEqual(4000);
});

test('beyond its combinations a metric counts under other, and loses nothing', async () => {
  const meter = new Meter();
  for (let index = 0; index < 1000; index++) {
    meter.add('plantain_images_total', { model: `m${index}`, size: '1K', delivery: 'url' });
    meter.addMicroUsd('plantain_cost_usd_total', { model: `m${index}`, upstream: 'u' }, 7);
  }
  const text = await meter.text();
  const values = [...text.matchAll(/^plantain_images_total\{.*\} (\d+)$/gm)].map(([, value]) =>
    Number(value),
  );
  expect(values).toHaveLength(101);
  expect(values.reduce((sum, value) => sum + value, 0)).toBe(1000);
  expect(text).toContain('plantain_images_total{model="other",size="other",delivery="other"} 900');
  expect(text).toContain('plantain_cost_usd_total{model="other",upstream="other"} 0.00616');
});

test('dollars do not drift: ten million cents of millionths are what they are', async () => {
  const meter = new Meter();
  for (let index = 0; index < 300_000; index++)
    meter.addMicroUsd('plantain_cost_usd_total', { model: 'm', upstream: 'u' }, 35_101);
  expect(await meter.text()).toContain('plantain_cost_usd_total{model="m",upstream="u"} 10530.3\n');
});

test('a counter is read as often as one likes', async () => {
  const meter = new Meter();
  meter.addMicroUsd('plantain_cost_usd_total', { model: 'm', upstream: 'u' }, 1_500_000);
  meter.setTotal('plantain_reads_paused_total', {}, 3);
  for (let index = 0; index < 3; index++) {
    const text = await meter.text();
    expect(text).toContain('plantain_cost_usd_total{model="m",upstream="u"} 1.5\n');
    expect(text).toContain('plantain_reads_paused_total 3\n');
  }
});

test('a gauge of which series may be gone keeps none of them', async () => {
  const meter = new Meter();
  meter.set('plantain_upstream_health', { upstream: 'gone', state: 'healthy' }, 1);
  meter.clear('plantain_upstream_health');
  meter.set('plantain_upstream_health', { upstream: 'here', state: 'healthy' }, 1);
  const text = await meter.text();
  expect(text).not.toContain('gone');
  expect(text).toContain('plantain_upstream_health{upstream="here",state="healthy"} 1');
});
