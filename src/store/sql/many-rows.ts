import { type CompiledQuery, type QueryResult, type RawBuilder, sql } from 'kysely';
import type { DialectName } from './migrations/column-kinds.ts';
import { compilers, type QueryRunner } from './query-runner.ts';

/** A column of rows that are given as parameters. */
export interface GivenColumn {
  readonly name: string;
  readonly kind: 'text' | 'whole';
}

export const whole = (name: string): GivenColumn => ({ name, kind: 'whole' });
export const text = (name: string): GivenColumn => ({ name, kind: 'text' });

/** The parameters that any of the databases takes in a statement. */
const mostParameters = 32_766;

/** Builds the statement around `values`, the rows in parentheses. */
export type AroundRows = (values: RawBuilder<unknown>, names: RawBuilder<unknown>) => RawBuilder<unknown>;

/**
 * One statement for many rows, built once for each number of rows: building costs more than running. SQLite keeps
 * prepared statements, so there the numbers are powers of two, and other numbers are done in several statements.
 */
export class ManyRows<Row> {
  readonly #compiled = new Map<number, CompiledQuery<Row>>();
  readonly #columns: readonly GivenColumn[];
  readonly #around: AroundRows;
  readonly #dialect: DialectName;

  constructor(dialect: DialectName, columns: readonly GivenColumn[], around: AroundRows) {
    this.#dialect = dialect;
    this.#columns = columns;
    this.#around = around;
  }

  /** The rows that come back, and how many were changed. */
  async run(
    runner: QueryRunner,
    rows: readonly (readonly unknown[])[],
  ): Promise<{ readonly rows: readonly Row[]; readonly changed: number }> {
    const sent: Promise<QueryResult<Row>>[] = [];
    // All go at once: what is run behind this comes behind all of it.
    for (let from = 0; from < rows.length; ) {
      const count = this.#countFor(rows.length - from);
      const parameters: unknown[] = [];
      for (const row of count === rows.length ? rows : rows.slice(from, from + count))
        parameters.push(...row);
      sent.push(runner.executeQuery<Row>({ ...this.#statement(count), parameters }));
      from += count;
    }
    const found: Row[] = [];
    let changed = 0;
    for (const result of await Promise.all(sent)) {
      found.push(...result.rows);
      changed += Number(result.numAffectedRows ?? 0n);
    }
    return { rows: found, changed };
  }

  #countFor(rows: number): number {
    const most = Math.min(rows, Math.floor(mostParameters / this.#columns.length));
    return this.#dialect === 'sqlite' ? 2 ** Math.floor(Math.log2(most)) : most;
  }

  #statement(count: number): CompiledQuery<Row> {
    const known = this.#compiled.get(count);
    if (known !== undefined) return known;
    const row = sql`(${sql.join(this.#columns.map((column) => this.#placeholder(column)))})`;
    const values = sql.join(Array.from({ length: count }, () => row));
    const names = sql.join(this.#columns.map(({ name }) => sql.ref(name)));
    const made = (this.#around(values, names) as RawBuilder<Row>).compile(compilers[this.#dialect]);
    this.#compiled.set(count, made);
    return made;
  }

  /** PostgreSQL takes a bare parameter for text; SQLite would cut a fraction off where it should refuse it. */
  #placeholder({ kind }: GivenColumn): RawBuilder<unknown> {
    if (this.#dialect === 'sqlite') return sql`${null}`;
    return kind === 'whole' ? sql`cast(${null} as bigint)` : sql`cast(${null} as text)`;
  }
}
