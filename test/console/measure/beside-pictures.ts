import { join } from 'node:path';
import { migrate } from '../../../src/store/sql/migrate.ts';
import { openDatabase } from '../../../src/store/sql/open-database.ts';
import { fillLedger } from '../../large-ledger/fill-ledger.ts';
import { allQuarters } from '../../support/all-quarters.ts';
import {
  fullLoad,
  latencyLines,
  modelLoad,
  type PictureLoad,
  pictureLatency,
} from '../../support/picture-latency.ts';

/** As often as somebody keeps reloading. */
const reloadEveryMs = 1000;
const dayMs = 86_400_000;
const loads: readonly (readonly [words: string, load: PictureLoad])[] = [
  ['an upstream that takes half a second, sixty pictures a second', modelLoad],
  ['an upstream that answers at once, as many pictures as there can be', fullLoad],
];

/** How long pictures take while the usage page is reloaded over a large ledger, and while it is not: a line each. */
export async function* besidePictures(dataDir: string, rows: number): AsyncGenerator<string> {
  const database = openDatabase(join(dataDir, 'plantain.db'));
  await migrate(database.db);
  await fillLedger(database, rows, Math.floor(Date.now() / 3_600_000) * 3_600_000);
  await allQuarters(database.db, 'sqlite');
  await database.close();
  for (const [words, load] of loads) {
    yield `\n${rows.toLocaleString('en')} orders in the ledger, ${words}`;
    yield* latencyLines(
      await pictureLatency(dataDir, load, usagePage(), reloadEveryMs),
      'reloads of the usage page',
    );
  }
}

/** What the usage page asks for when it is loaded: 90 days by day and the largest projects, and the 90 before. */
function usagePage(): string[] {
  const day = (ago: number): string => new Date(Date.now() - ago * dayMs).toISOString().slice(0, 10);
  return [
    '/console/usage',
    '/admin/v1/session',
    `/admin/v1/usage?from=${day(89)}&by=day,project&time_zone=UTC&top=12&top_by=cost`,
    `/admin/v1/usage?from=${day(179)}&to=${day(89)}&time_zone=UTC`,
  ];
}
