import { readdir } from 'node:fs/promises';
import {
  monitorEventLoopDelay,
  PerformanceObserver,
  constants,
  type NodeGCPerformanceDetail,
} from 'node:perf_hooks';
import type { Meter } from './meter.ts';

/** How often the event loop is looked at: often enough to see what orders feel, seldom enough to cost nothing. */
const loopResolutionMs = 100;

const collections: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** The process and its runtime, read at each scrape under the names that dashboards for Node.js expect. Answers what ends it. */
export function measureProcess(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: loopResolutionMs });
  delay.enable();
  const collected = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind = 0 } = 'detail' in entry ? (entry.detail as NodeGCPerformanceDetail) : {};
      const labels = { kind: collections[kind] ?? 'minor' };
      meter.observe('nodejs_gc_duration_seconds', labels, entry.duration / 1000);
    }
  });
  collected.observe({ entryTypes: ['gc'] });
  meter.set('process_start_time_seconds', {}, performance.timeOrigin / 1000);
  meter.beforeScrape(async () => {
    const { user, system } = process.cpuUsage();
    meter.setTotal('process_cpu_seconds_total', {}, (user + system) / 1e6);
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
    meter.set('process_resident_memory_bytes', {}, rss);
    meter.set('nodejs_heap_size_used_bytes', {}, heapUsed);
    meter.set('nodejs_heap_size_total_bytes', {}, heapTotal);
    meter.set('nodejs_external_memory_bytes', {}, external);
    // The timer that looks is itself late by what it waits between two looks.
    const p99Ms = delay.count === 0 ? 0 : delay.percentile(99) / 1e6 - loopResolutionMs;
    meter.set('nodejs_eventloop_lag_p99_seconds', {}, Math.max(0, p99Ms) / 1000);
    delay.reset();
    const files = await readdir('/proc/self/fd').catch(() => undefined);
    if (files !== undefined) meter.set('process_open_fds', {}, files.length);
  });
  return () => {
    delay.disable();
    collected.disconnect();
  };
}
