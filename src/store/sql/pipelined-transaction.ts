import { CompiledQuery, type Kysely, type QueryResult } from 'kysely';
import type { Database } from './database-schema.ts';
import { onConnection, type QueryRunner } from './query-runner.ts';

const begin = CompiledQuery.raw('begin');
const commit: CompiledQuery<{ readonly command: string }> = CompiledQuery.raw('commit');
const rollback = CompiledQuery.raw('rollback');
/** Of a connection whose transaction cannot be ended: nobody else may get it. */
const terminate = CompiledQuery.raw('select pg_terminate_backend(pg_backend_pid())');

/**
 * A transaction on PostgreSQL whose statements are sent as they come, `begin` with the first of them and `commit` with the
 * last: what does not need another's answer is on its way together with it. It is over once all are answered, also those that
 * `work` did not wait for, and holds if none of them failed. `work` reads before it writes: only an answer says that the
 * transaction has begun.
 */
export function pipelinedTransaction<Value>(
  db: Kysely<Database>,
  work: (runner: QueryRunner) => Promise<Value>,
): Promise<Value> {
  return onConnection(db, async (connection) => {
    const answers: Promise<QueryResult<unknown>>[] = [];
    const send = <Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>> => {
      const answer = connection.executeQuery(query);
      answers.push(answer);
      answer.catch(() => undefined);
      return answer;
    };
    const begun = send(begin);
    const executeQuery = async <Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>> => {
      const answer = send(query);
      await begun;
      return answer;
    };
    try {
      const value = await work({ hearsAll: true, executeQuery });
      const committed = send(commit);
      // The first that failed tells why; those behind it only that the transaction was over.
      for (const answer of answers) await answer;
      if ((await committed).rows[0]?.command === 'ROLLBACK') throw new Error('the transaction was undone');
      return value;
    } catch (error) {
      await send(rollback).catch(() => send(terminate).catch(() => undefined));
      throw error;
    }
  });
}
