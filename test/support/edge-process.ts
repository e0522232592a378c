import { newId } from '../../src/kernel/ids.ts';
import { PlantainError } from '../../src/kernel/plantain-error.ts';
import { openPostgres } from '../../src/store/sql/open-postgres.ts';
import { SqlLedger } from '../../src/store/sql/sql-ledger.ts';
import { plainCompletion, plainOpening } from './plain-orders.ts';

/**
 * A process that orders as fast as it can, 200 in flight, and settles what is admitted at the price that was reserved.
 * Tells on standard output how many were admitted.
 *
 *     node edge-process.ts <postgres://…> <project> <key> <price in micro-USD> <orders>
 */
const [url = '', projectId = '', keyId = '', price = '', count = ''] = process.argv.slice(2);
const inFlight = 200;
const reservedMicroUsd = Number(price);
const { db, close } = openPostgres(url);
const ledger = new SqlLedger(db, { postgres: { instance: { id: `inst_${String(process.pid)}` } } });
let left = Number(count);
let admitted = 0;

async function orderOn(): Promise<void> {
  while (left-- > 0) {
    const id = newId('req', Date.now());
    try {
      await ledger.open(
        plainOpening({
          id,
          keyId,
          projectId,
          reservedMicroUsd,
          createdAtMs: Date.now(),
        }),
      );
    } catch (error) {
      if (!(error instanceof PlantainError) || error.code !== 'budget_exceeded') throw error;
      continue;
    }
    admitted++;
    await ledger.complete(
      id,
      plainCompletion({ costMicroUsd: reservedMicroUsd, finishedAtMs: Date.now() }),
      [],
    );
  }
}

await Promise.all(Array.from({ length: inFlight }, orderOn));
await close();
process.stdout.write(String(admitted));
