import type { Credentials } from '../journey/image-request.ts';
import type { OrderEvent } from '../journey/order-events.ts';
import type { Clock } from '../kernel/clock.ts';
import { alertLog, alertText } from './alert-log.ts';
import { causeOf, docsUrl, orderLog, unsettledLog } from './order-log.ts';

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Refusals told in full each second; of what is more only the number is told, so that noise cannot fill a disk. */
const maxRefusalsPerSecond = 20;

/** The log's part of what happens to orders: one line an order, and one a refused request. */
export function logOrders(log: Log, clock: Clock): (event: OrderEvent) => void {
  let second = 0;
  let told = 0;
  let untold = 0;
  const mayTell = (): boolean => {
    const nowSecond = Math.floor(clock.nowMs() / 1000);
    if (nowSecond !== second) {
      if (untold > 0) log.warn({ refused: untold }, 'more requests were refused than are told');
      [second, told, untold] = [nowSecond, 0, 0];
    }
    if (told >= maxRefusalsPerSecond) untold++;
    else told++;
    return untold === 0;
  };
  return (event) => {
    if (event.kind === 'settled') {
      const { error } = event.settlement;
      // A caller who left has failed at nothing.
      const isFailure = error !== undefined && error.code !== 'client_closed';
      log[isFailure ? 'warn' : 'info'](orderLog(event), 'order');
      for (const oddity of event.settled.oddities)
        log.warn({ order: event.settlement.order.id, ...oddity }, 'token counts that cannot be');
    } else if (event.kind === 'unsettled') log.error(unsettledLog(event), 'an order could not be settled');
    else if (event.kind === 'replayed') {
      const { request, caller, orderId, status, durationMs } = event;
      log.info(
        {
          event: 'replayed',
          request: request.id,
          order: orderId,
          key: caller.keyId,
          keyName: caller.keyName,
          client: request.clientAddress,
          operation: request.operation,
          status,
          durationMs,
        },
        'answered with an earlier order',
      );
    } else if (event.kind === 'budget-alert') log.warn(alertLog(event.alert), alertText(event.alert));
    else if (event.kind === 'refused' && mayTell()) {
      const { request, caller, error } = event;
      log[error.code === 'client_closed' ? 'info' : 'warn'](
        {
          event: 'refused',
          request: request.id,
          operation: request.operation,
          ...(caller === undefined
            ? { keyHint: keyHint(request.credentials) }
            : { key: caller.keyId, keyName: caller.keyName }),
          client: request.clientAddress,
          status: error.entry.status,
          error: error.code,
          docs_url: docsUrl(error.code),
          ...(error.param !== undefined && { param: error.param.slice(0, 64) }),
          ...causeOf(error),
        },
        'refused',
      );
    }
  };
}

/** The last four characters of what was sent as a key, for those who look for whose it is. */
function keyHint({ authorization = '', apiKey = '' }: Credentials): string {
  const sent = (authorization === '' ? apiKey : authorization).trim();
  return sent.length < 16 ? '' : `…${sent.slice(-4).replaceAll(/[^\w-]/g, '?')}`;
}
