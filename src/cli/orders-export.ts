import { type KnownSubjects, namesOf } from '../admin/known-subjects.ts';
import type { Ledger, OrdersQuery } from '../usage/ledger.ts';
import { exportHead, exportLines, type OrderFormat } from '../usage/order-documents.ts';
import type { TextOutput } from './command-context.ts';

/** Read at once: what is held of an export, however long it is. */
const ordersInPage = 1000;

/** Writes every order that is wanted, the youngest first, as the admin API exports them. */
export async function exportOrders(
  ledger: Pick<Ledger, 'list'>,
  known: KnownSubjects,
  wanted: Omit<OrdersQuery, 'limit'>,
  format: OrderFormat,
  output: TextOutput,
): Promise<void> {
  // Bytes, so that a file has every character as it is; a terminal is spared those that play it.
  const write = (text: string): boolean => output.write(output.isTTY ? text : Buffer.from(text));
  const names = namesOf(known);
  write(exportHead(format));
  let beforeId: string | undefined;
  for (;;) {
    const page = await ledger.list({
      ...wanted,
      ...(beforeId !== undefined && { beforeId }),
      limit: ordersInPage,
    });
    const isTaken = write(exportLines(page, names, format));
    beforeId = page.at(-1)?.id;
    // A reader that left is told by whoever runs the command.
    if (page.length < ordersInPage || (!isTaken && (await output.flush()) !== undefined)) return;
  }
}
