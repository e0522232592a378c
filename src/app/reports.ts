import type { StorePlace } from '../store/sql/open-store.ts';
import { ReportDesk, type ReportReader, type ReportSource } from '../usage/report-desk.ts';

/** Reports on the database of the server, on connections of their own that are made with the first. */
export function openReports(place: StorePlace, onTrouble: (error: Error) => void): ReportSource {
  let source: Promise<ReportSource> | undefined;
  return new ReportDesk({
    async open(signal): Promise<ReportReader> {
      source ??= sourceOf(place, onTrouble).catch((error: unknown) => {
        // What could not be loaded is tried again with the next report.
        source = undefined;
        throw error;
      });
      return (await source).open(signal);
    },
    async close() {
      await (await source?.catch(() => undefined))?.close();
    },
  });
}

/** Loaded only when they are asked for. */
async function sourceOf({ url, file }: StorePlace, onTrouble: (error: Error) => void): Promise<ReportSource> {
  return url === undefined
    ? new (await import('../store/sql/sqlite-reports.ts')).SqliteReports(file)
    : (await import('../store/sql/postgres-reports.ts')).postgresReports(url, onTrouble);
}
