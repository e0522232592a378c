import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../src/kernel/ids.ts';
import { bookStatements } from '../../src/store/sql/book-statements.ts';
import { closeLost } from '../../src/store/sql/close-lost.ts';
import { Instance } from '../../src/store/sql/instance.ts';
import { openStore } from '../../src/store/sql/open-store.ts';
import { SqlLedger } from '../../src/store/sql/sql-ledger.ts';
import { plainCompletion, plainOpening } from './plain-orders.ts';

/**
 * A process that orders without end, as a server does: 64 in flight, each told on standard output once it is admitted,
 * which is when an upstream would be asked, and settled a moment later. To be killed.
 *
 *     node order-process.ts <file or postgres://…> <project> <key>…
 */
const [place = '', projectId = '', ...keyIds] = process.argv.slice(2);
const isShared = place.startsWith('postgres');
const store = await openStore({
  url: isShared ? place : undefined,
  file: place,
  flushesItself: true,
  patienceMs: 30_000,
});
const instance = new Instance(store.db, {
  version: 'test',
  closeLost: () => closeLost(store.db, bookStatements('postgres'), Date.now()),
  onClosed: () => undefined,
  onTrouble: () => undefined,
  beatMs: 200,
  deadMs: 3000,
  reapMs: 500,
});
// The database may crash just now.
if (isShared) while (instance.id === '') await instance.start().catch(() => sleep(50));
const ledger = new SqlLedger(store.db, {
  flush: store.flush,
  ...(isShared && { postgres: { instance } }),
});

async function orderForEver(lane: number): Promise<never> {
  for (;;) {
    const id = newId('req', Date.now());
    try {
      await ledger.open(
        plainOpening({
          id,
          keyId: keyIds[lane % keyIds.length] ?? '',
          projectId,
          imagesRequested: 1 + (lane % 3),
          reservedMicroUsd: 1000,
          createdAtMs: Date.now(),
          endUser: lane % 5 === 0 ? `user ${String(lane)}` : null,
        }),
      );
    } catch {
      await sleep(20);
      continue;
    }
    process.stdout.write(`admitted ${id}\n`);
    await sleep(Math.random() * 20);
    const costMicroUsd = Math.floor(Math.random() * 1001);
    await ledger
      .complete(id, plainCompletion({ costMicroUsd, finishedAtMs: Date.now() }), [])
      .catch(() => undefined);
  }
}

await Promise.all(Array.from({ length: 64 }, (_, lane) => orderForEver(lane)));
