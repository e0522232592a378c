import { Instance } from '../store/sql/instance.ts';
import type { OpenDatabase } from '../store/sql/open-database.ts';
import { packageManifest } from './package-manifest.ts';

type Write = (fields: object, message: string) => void;

/**
 * This process among those that share a PostgreSQL database. `closeOrders` closes those of ended ones, and `afterClosing`
 * is done whenever they were looked for.
 */
export function sharedInstance(
  db: OpenDatabase['db'],
  log: { readonly warn: Write; readonly error: Write },
  {
    closeOrders,
    onUnknown,
    afterClosing,
  }: {
    readonly closeOrders: () => Promise<number>;
    readonly onUnknown: (orders: number) => void;
    readonly afterClosing: () => Promise<void>;
  },
): Instance {
  return new Instance(db, {
    version: packageManifest.version,
    async closeLost() {
      const orders = await closeOrders();
      await afterClosing();
      return orders;
    },
    onClosed: (orders) => {
      onUnknown(orders);
      log.warn({ orders }, 'orders of a server that ended were closed as unknown, at their reserved price');
    },
    onTrouble: (error) => log.error({ cause: String(error) }, 'the database does not answer; tried again'),
  });
}
