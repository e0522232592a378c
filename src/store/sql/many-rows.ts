import { CompiledQuery, type QueryResult, type RawBuilder, sql } from 'kysely';
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

/** Builds the statement around `values`, the rows in parentheses. It has no parameters but theirs. */
export type AroundRows = (values: RawBuilder<unknown>, names: RawBuilder<unknown>) => RawBuilder<unknown>;

/**
 * Statements for up to so many rows are kept. Of longer ones there are too many to keep: putting one together costs less than a
 * microsecond a row.
 */
const mostKeptRows = 16;
/** Stands for the rows while the rest of a statement is built. */
const rowsMark = '{rows}';

/**
 * One statement for many rows. Building costs more than running, so it is built once, around rows that are put in as text; that
 * of fewer rows is the beginning of that of more. SQLite keeps prepared statements, so there the numbers are powers of two,
 * and other numbers are done in several statements.
 */
export class ManyRows<Row> {
  readonly #kept = new Map<number, CompiledQuery>();
  readonly #columns: readonly GivenColumn[];
  readonly #dialect: DialectName;
  /** The statement in front of its rows and behind them. */
  readonly #front: string;
  readonly #back: string;
  /** The text of the most rows that there were so far, and where each of them ends in it. */
  #rows = '';
  readonly #ends = [0];

  constructor(dialect: DialectName, columns: readonly GivenColumn[], around: AroundRows) {
    this.#dialect = dialect;
    this.#columns = columns;
    const names = sql.join(columns.map(({ name }) => sql.ref(name)));
    const built = around(sql.raw(rowsMark), names).compile(compilers[dialect]).sql;
    const [front = '', back = ''] = built.split(rowsMark);
    this.#front = front;
    this.#back = back;
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

  #statement(count: number): CompiledQuery {
    const known = this.#kept.get(count);
    if (known !== undefined) return known;
    const made = CompiledQuery.raw(`${this.#front}${this.#rowsFor(count)}${this.#back}`);
    if (count <= mostKeptRows) this.#kept.set(count, made);
    return made;
  }

  #rowsFor(count: number): string {
    for (let made = this.#ends.length - 1; made < count; made++) {
      const before = made * this.#columns.length;
      const row = this.#columns.map((column, index) => this.#placeholder(column, before + index + 1));
      this.#rows += `${made === 0 ? '' : ', '}(${row.join(', ')})`;
      this.#ends.push(this.#rows.length);
    }
    return this.#rows.slice(0, this.#ends[count]);
  }

  /** PostgreSQL takes a bare parameter for text; SQLite would cut a fraction off where it should refuse it. */
  #placeholder({ kind }: GivenColumn, number: number): string {
    if (this.#dialect === 'sqlite') return '?';
    return `cast($${String(number)} as ${kind === 'whole' ? 'bigint' : 'text'})`;
  }
}
