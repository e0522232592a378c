import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import {
  type LabelsOf,
  type MetricDefinition,
  type MetricName,
  type MetricsOfType,
  metricTable,
} from './metric-table.ts';

type Labels = Readonly<Record<string, string>>;

/** What has been counted and measured, as Prometheus reads it. Every metric is one of the table. */
export class Meter {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter<string>>();
  readonly #gauges = new Map<string, Gauge<string>>();
  readonly #histograms = new Map<string, Histogram<string>>();
  /** Combinations of labels that have series, by metric. */
  readonly #combinations = new Map<string, Set<string>>();
  /** Dollars are summed as whole millionths: sums of fractions would drift away from the ledger's. */
  readonly #microUsd = new Map<string, Map<string, { readonly labels: Labels; microUsd: number }>>();
  readonly #beforeScrape: (() => void | Promise<void>)[] = [];

  constructor() {
    for (const [name, definition] of Object.entries<MetricDefinition>(metricTable)) {
      const options = {
        name,
        help: definition.help,
        labelNames: [...definition.labels],
        registers: [this.#registry],
      };
      if (definition.type === 'counter') this.#counters.set(name, new Counter(options));
      else if (definition.type === 'gauge') this.#gauges.set(name, new Gauge(options));
      else
        this.#histograms.set(name, new Histogram({ ...options, buckets: [...(definition.buckets ?? [])] }));
    }
  }

  add<Name extends MetricsOfType<'counter'>>(name: Name, labels: LabelsOf<Name>, value = 1): void {
    this.#counters.get(name)?.inc(this.#bounded(name, labels), value);
  }

  /** Adds money to a metric in dollars. */
  addMicroUsd<Name extends MetricsOfType<'counter'>>(
    name: Name,
    labels: LabelsOf<Name>,
    microUsd: number,
  ): void {
    const bounded = this.#bounded(name, labels);
    const key = keyOf(bounded);
    const sums = this.#microUsd.get(name) ?? new Map<string, { labels: Labels; microUsd: number }>();
    this.#microUsd.set(name, sums);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { labels: bounded, microUsd });
    else sum.microUsd += microUsd;
  }

  observe<Name extends MetricsOfType<'histogram'>>(
    name: Name,
    labels: LabelsOf<Name>,
    seconds: number,
  ): void {
    this.#histograms.get(name)?.observe(this.#bounded(name, labels), Math.max(0, seconds));
  }

  /** Adds to a gauge, or takes away. */
  move<Name extends MetricsOfType<'gauge'>>(name: Name, labels: LabelsOf<Name>, change: number): void {
    this.#gauges.get(name)?.inc(this.#bounded(name, labels), change);
  }

  set<Name extends MetricsOfType<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.#gauges.get(name)?.set(this.#bounded(name, labels), value);
  }

  /** Puts a counter to what somebody else has counted. */
  setTotal<Name extends MetricsOfType<'counter'>>(name: Name, labels: LabelsOf<Name>, total: number): void {
    this.#setTotal(name, this.#bounded(name, labels), total);
  }

  /** Forgets all series of a gauge, of which some may be gone. */
  clear(name: MetricsOfType<'gauge'>): void {
    this.#combinations.delete(name);
    this.#gauges.get(name)?.reset();
  }

  /** Has `read` done before every scrape: for what is the way it is then, and costs nothing between. */
  beforeScrape(read: () => void | Promise<void>): void {
    this.#beforeScrape.push(read);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything, in Prometheus' text format. */
  async text(): Promise<string> {
    for (const read of this.#beforeScrape) await read();
    for (const [name, sums] of this.#microUsd) {
      for (const { labels, microUsd } of sums.values()) this.#setTotal(name, labels, microUsd / 1e6);
    }
    return this.#registry.metrics();
  }

  #setTotal(name: string, labels: Labels, total: number): void {
    const counter = this.#counters.get(name);
    counter?.remove(labels);
    counter?.inc(labels, total);
  }

  /** The labels themselves, or `other` in each where the metric has all the series that it may have. */
  #bounded(name: MetricName, labels: Labels): Labels {
    const { maxCombinations } = metricTable[name];
    // A metric without labels has one series and no need to look.
    if (maxCombinations === 1) return labels;
    const combinations = this.#combinations.get(name) ?? new Set<string>();
    this.#combinations.set(name, combinations);
    const key = keyOf(labels);
    if (combinations.has(key)) return labels;
    if (combinations.size < maxCombinations) {
      combinations.add(key);
      return labels;
    }
    return Object.fromEntries(Object.keys(labels).map((label) => [label, 'other']));
  }
}

/** NUL stands in no label. */
function keyOf(labels: Labels): string {
  let key = '';
  for (const label in labels) key += `\0${String(labels[label])}`;
  return key;
}
