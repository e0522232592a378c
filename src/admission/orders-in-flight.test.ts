import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderScope } from '../journey/order-scope.ts';
import { plainScope } from '../../test/support/plain-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { OrdersInFlight } from './orders-in-flight.ts';

function codeOf(work: () => void): string {
  try {
    work();
    return 'in';
  } catch (error) {
    return error instanceof PlantainError ? error.code : String(error);
  }
}

describe('OrdersInFlight', () => {
  test('lets in as many as it may hold, and room comes back when a scope ends', () => {
    const inFlight = new OrdersInFlight(2);
    const [first, second, third] = [plainScope(), plainScope(), plainScope()];
    inFlight.enter(first);
    inFlight.enter(second);
    expect(codeOf(() => inFlight.enter(third))).toBe('too_many_orders');
    expect(inFlight.count).toBe(2);
    first.end();
    first.end();
    expect(inFlight.count).toBe(1);
    expect(codeOf(() => inFlight.enter(third))).toBe('in');
  });

  test('a refusal says when to come back', () => {
    try {
      new OrdersInFlight(0).enter(plainScope());
    } catch (error) {
      expect(error).toMatchObject({ retryAfterSeconds: 5, entry: { status: 429, retryable: true } });
    }
    expect.assertions(1);
  });

  test('an order whose scope has ended before it enters takes no room', () => {
    const inFlight = new OrdersInFlight(1);
    const scope = plainScope();
    scope.end();
    inFlight.enter(scope);
    expect(inFlight.count).toBe(0);
  });

  test('abortAll gives up all of them with the reason, and only those in flight', () => {
    const inFlight = new OrdersInFlight(3);
    const [first, second, ended] = [plainScope(), plainScope(), plainScope()];
    for (const scope of [first, second, ended]) inFlight.enter(scope);
    ended.end();
    const reason = new PlantainError('server_stopping', 'The server is stopping.');
    inFlight.abortAll(reason);
    expect(first.signal.reason).toBe(reason);
    expect(second.signal.reason).toBe(reason);
    expect(ended.signal.aborted).toBe(false);
  });

  test('once closed it lets nobody in, and those inside go on', () => {
    const inFlight = new OrdersInFlight(3);
    const scope = plainScope();
    inFlight.enter(scope);
    inFlight.close();
    expect(codeOf(() => inFlight.enter(plainScope()))).toBe('server_stopping');
    expect(scope.signal.aborted).toBe(false);
    expect(inFlight.count).toBe(1);
  });

  test('whenEmpty waits for the last order, and not for ever', async () => {
    const inFlight = new OrdersInFlight(2);
    await inFlight.whenEmpty(60_000);
    const scope = plainScope();
    inFlight.enter(scope);
    await inFlight.whenEmpty(1);
    expect(inFlight.count).toBe(1);
    let isEmpty = false;
    const empty = inFlight.whenEmpty(60_000).then(() => {
      isEmpty = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isEmpty).toBe(false);
    scope.end();
    await empty;
  });

  test('never holds more than it may, whatever comes and goes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.record({ enters: fc.boolean(), which: fc.nat() }), { maxLength: 60 }),
        (maxOrders, steps) => {
          const inFlight = new OrdersInFlight(maxOrders);
          const inside: OrderScope[] = [];
          for (const { enters, which } of steps) {
            if (enters) {
              const scope = plainScope();
              const result = codeOf(() => inFlight.enter(scope));
              expect(result).toBe(inside.length < maxOrders ? 'in' : 'too_many_orders');
              if (result === 'in') inside.push(scope);
            } else inside.splice(which % Math.max(1, inside.length), 1)[0]?.end();
            expect(inFlight.count).toBe(inside.length);
          }
        },
      ),
    );
  });
});
