import { Memory } from '../../src/admission/memory.ts';
import { OrderScope } from '../../src/journey/order-scope.ts';
import { IdleWatch } from '../../src/server/idle-watch.ts';
import type { BodyReading } from '../../src/server/read-bytes.ts';
import { WaitingBodies } from '../../src/server/waiting-bodies.ts';

/** Memory enough for any test that is not about memory. */
export const roomyMemory = new Memory({ maxBytes: 2 ** 40, stalledMs: 10_000 });

/** A scope like that of a request. */
export const plainScope = (): OrderScope => new OrderScope(() => roomyMemory.open());

/** How a request's body is read, with bounds that no test meets by chance. */
export const plainReading = (signal: AbortSignal): BodyReading => ({
  signal,
  memory: roomyMemory.open(),
  idle: new IdleWatch(60_000),
  waiting: new WaitingBodies(2 ** 40),
  maxWaitMs: 10_000,
  onWanted: () => undefined,
});
