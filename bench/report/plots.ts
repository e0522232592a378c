import type { BodyName } from '../bodies/body-specs.ts';
import type { BenchResults, ImageFigures } from '../results.ts';
import { barChart, type BarGroup } from './bar-chart.ts';
import { megabytes, short } from './numbers.ts';

export interface Plot {
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

const plottedBodies: readonly BodyName[] = ['0.8 kB', '2.7 MiB', '16 MiB'];

/** The plots that a run's figures fill. */
export function plots(results: BenchResults): Plot[] {
  const { images = [], latency = [] } = results;
  const plotted: Plot[] = [];
  const add = (file: string, title: string, groups: readonly BarGroup[]): void => {
    const filled = groups.filter(({ bars }) => bars.length > 0);
    if (filled.length > 0) plotted.push({ file, title, svg: barChart(title, filled) });
  };
  const group = (
    body: BodyName,
    read: (figure: ImageFigures) => number,
    write: (value: number) => string,
  ): BarGroup => ({
    title: `${body} of base64`,
    bars: images
      .filter((figure) => figure.body === body)
      .map((figure) => bar(results, figure.target, read(figure), write(read(figure)))),
  });
  add(
    'cpu-per-image.svg',
    'CPU-milliseconds an image (less is better)',
    plottedBodies.map((body) =>
      group(
        body,
        ({ cpuMs }) => cpuMs.median,
        (value) => `${short(value)} ms`,
      ),
    ),
  );
  add(
    'peak-memory.svg',
    'Peak resident memory under load (less is better)',
    plottedBodies.map((body) =>
      group(
        body,
        ({ peakBytes }) => peakBytes,
        (value) => `${megabytes(value)} MB`,
      ),
    ),
  );
  add('latency.svg', 'Latency of one order at a time, median (less is better)', [
    {
      title: '2.7 MiB of base64, the upstream answering at once',
      bars: latency
        .filter(({ body }) => body === '2.7 MiB')
        .map(({ target, p50Ms }) => bar(results, target, p50Ms, `${short(p50Ms)} ms`)),
    },
  ]);
  const { soak } = results;
  if (soak !== undefined) {
    const step = Math.max(1, Math.ceil(soak.samples.length / 12));
    const shown = soak.samples.filter((_, index) => index % step === 0);
    const bars = shown.map(({ atSeconds, residentBytes }) => ({
      label: `after ${(atSeconds / 60).toFixed(1)} min`,
      value: residentBytes,
      text: `${megabytes(residentBytes)} MB`,
      isOurs: true,
    }));
    add('soak.svg', 'Resident memory during the soak', [
      { title: `${soak.orders} orders of all sizes`, bars },
    ]);
  }
  return plotted;
}

function bar(results: BenchResults, target: string, value: number, text: string) {
  return {
    label: results.targets.find(({ id }) => id === target)?.label ?? target,
    value,
    text,
    isOurs: target === 'plantain',
  };
}
