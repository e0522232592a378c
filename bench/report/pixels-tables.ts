import type { BenchResults } from '../results.ts';
import { megabytes, short } from './numbers.ts';
import type { ReportTable } from './text-table.ts';

/** What encoders take, a table a picture. */
export function conversionTables({ conversions = [] }: BenchResults): ReportTable[] {
  return [...new Set(conversions.map(({ picture }) => picture))].map((picture) => {
    const figures = conversions.filter((figure) => figure.picture === picture);
    return {
      title: `A ${picture}, from a JPEG of ${kilobytes(figures[0]?.sourceBytes ?? 0)} kB`,
      header: ['', 'encoder', 'CPU-ms', 'kB', 'PSNR dB', 'SSIM'],
      rows: figures.map(({ format, setting, cpuMs, bytes, psnrDb, ssim }) => [
        format,
        setting,
        short(cpuMs),
        kilobytes(bytes),
        Number.isFinite(psnrDb) ? psnrDb.toFixed(1) : 'no loss',
        Number.isFinite(psnrDb) ? ssim.toFixed(4) : '-',
      ]),
    };
  });
}

/** A full queue of conversions, and a masked edit. */
export function pixelTables({ pixels }: BenchResults): ReportTable[] {
  if (pixels === undefined) return [];
  const { queues, maskedEdit } = pixels;
  return [
    {
      title: 'With a full queue of conversions',
      header: [
        '',
        'in flight',
        'CPU-ms an order',
        'orders/s measured',
        'peak MB',
        'event loop late, p50 ms',
        'p99 ms',
        'most ms',
        '/healthz p50 ms',
        'p99 ms',
      ],
      rows: queues.map((figure) => [
        figure.conversion,
        String(figure.inFlight),
        short(figure.cpuMs.median),
        short(figure.perSecond),
        megabytes(figure.peakBytes),
        short(figure.loopDelayMs.p50),
        short(figure.loopDelayMs.p99),
        short(figure.loopDelayMs.max),
        short(figure.pingMs.p50),
        short(figure.pingMs.p99),
      ]),
    },
    ...(maskedEdit === undefined
      ? []
      : [
          {
            title: 'A masked edit of 4K, one at a time',
            header: ['', 'CPU-ms an order, median', 'least', 'p50 ms', 'peak MB'],
            rows: [
              [
                'Plantain',
                short(maskedEdit.cpuMs.median),
                short(maskedEdit.cpuMs.least),
                short(maskedEdit.latencyMs.p50),
                megabytes(maskedEdit.peakBytes),
              ],
            ],
          },
        ]),
  ];
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
