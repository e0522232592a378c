import type { MicroUsd } from '../kernel/money.ts';
import type { BillRow } from './bill-row.ts';

/** What the ledger says that an upstream was asked for, summed over an hour or less. */
export interface UpstreamCost {
  /** Null: the order is unknown, and it is not known either whom it went to. */
  readonly upstream: string | null;
  readonly model: string;
  readonly day: string;
  readonly kind: 'counted' | 'estimated' | 'uncounted' | 'unknown';
  /** Calls; of unknown ones orders. */
  readonly calls: number;
  readonly costMicroUsd: MicroUsd;
}

export interface ReconciledSums {
  billPicoUsd: bigint;
  /** Calls that the upstream counted, and those that were estimated. */
  ledgerMicroUsd: bigint;
  estimatedMicroUsd: bigint;
  /** Calls that are booked as free. */
  uncountedCalls: number;
  /** What was reserved for orders of which nobody knows what became; not in `ledgerMicroUsd`. */
  unknownMicroUsd: bigint;
}

export interface ReconciledGroup extends ReconciledSums {
  readonly project: string | null;
  readonly model: string;
  readonly days: ReadonlyMap<string, ReconciledSums>;
}

/** More kinds of SKUs than a bill has; further ones are summed together. */
const maxOtherSkus = 1000;

/**
 * A month of Google's bill beside the ledger, by project, model and day. Costs are compared, never units: a bill counts
 * pictures in units that are neither pictures nor tokens.
 */
export class Reconciliation {
  readonly #month: string;
  readonly #modelOf: (sku: string) => string | undefined;
  readonly #groups = new Map<string, ReconciledGroup & { days: Map<string, ReconciledSums> }>();
  /** What is on the bill for SKUs of no model that draws. */
  readonly otherSkus = new Map<string, bigint>();
  /** Taxes, adjustments and rounding. */
  irregularPicoUsd = 0n;
  rows = 0;

  constructor(month: string, modelOf: (sku: string) => string | undefined) {
    this.#month = month;
    this.#modelOf = modelOf;
  }

  /** A row of the bill, of a project as the ledger's side knows it. Rows of other months are left out. */
  addBill(row: BillRow, project: string | null): void {
    if (!row.day.startsWith(this.#month)) return;
    this.rows++;
    if (!row.isRegular) {
      this.irregularPicoUsd += row.costPicoUsd;
      return;
    }
    const model = this.#modelOf(row.sku);
    if (model === undefined) {
      const sku = this.otherSkus.size < maxOtherSkus || this.otherSkus.has(row.sku) ? row.sku : 'others';
      this.otherSkus.set(sku, (this.otherSkus.get(sku) ?? 0n) + row.costPicoUsd);
      return;
    }
    for (const sums of this.#sumsOf(project, model, row.day)) sums.billPicoUsd += row.costPicoUsd;
  }

  /** What the ledger has, of the project that pays that upstream. */
  addLedger(cost: UpstreamCost, project: string | null): void {
    if (!cost.day.startsWith(this.#month)) return;
    const amount = BigInt(cost.costMicroUsd);
    for (const sums of this.#sumsOf(project, cost.model, cost.day)) {
      if (cost.kind === 'unknown') sums.unknownMicroUsd += amount;
      else sums.ledgerMicroUsd += amount;
      if (cost.kind === 'estimated') sums.estimatedMicroUsd += amount;
      if (cost.kind === 'uncounted') sums.uncountedCalls += cost.calls;
    }
  }

  /** By project and model, days in order. */
  groups(): readonly ReconciledGroup[] {
    return [...this.#groups.entries()]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([, group]) => ({
        ...group,
        days: new Map([...group.days].toSorted(([one], [other]) => (one < other ? -1 : 1))),
      }));
  }

  #sumsOf(project: string | null, model: string, day: string): readonly ReconciledSums[] {
    const id = `${project ?? ''}\n${model}`;
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = { project, model, days: new Map(), ...noSums() };
      this.#groups.set(id, group);
    }
    let sums = group.days.get(day);
    if (sums === undefined) {
      sums = noSums();
      group.days.set(day, sums);
    }
    return [group, sums];
  }
}

function noSums(): ReconciledSums {
  return {
    billPicoUsd: 0n,
    ledgerMicroUsd: 0n,
    estimatedMicroUsd: 0n,
    uncountedCalls: 0,
    unknownMicroUsd: 0n,
  };
}

const picoInMicro = 1_000_000n;

/** Picodollars as whole micro-USD, halves away from zero. */
export function microUsdOf(picoUsd: bigint): bigint {
  const half = picoUsd < 0n ? -picoInMicro / 2n : picoInMicro / 2n;
  return (picoUsd + half) / picoInMicro;
}

/** How far bill and ledger may be apart. */
export type Tolerance = { readonly microUsd: number } | { readonly percent: number };

/** A cent, which a bill's own rounding makes. */
const centMicroUsd = 10_000;

/** What is on the bill beyond the ledger, and whether that is more than may be. A share of the bill always allows a cent. */
export function gapOf(
  { billPicoUsd, ledgerMicroUsd }: ReconciledSums,
  tolerance: Tolerance,
): { readonly microUsd: bigint; readonly isBeyond: boolean } {
  const bill = microUsdOf(billPicoUsd);
  const microUsd = bill - ledgerMicroUsd;
  const mostMicroUsd =
    'microUsd' in tolerance
      ? tolerance.microUsd
      : Math.max(centMicroUsd, (Math.abs(Number(bill)) * tolerance.percent) / 100);
  const distance = Number(microUsd < 0n ? -microUsd : microUsd);
  return { microUsd, isBeyond: distance > mostMicroUsd };
}
