import { expect, test } from 'vitest';
import type { ImageOrder } from './image-order.ts';
import { OrderEvents } from './order-events.ts';

test('every listener hears every event in its order, and one that throws harms nobody', () => {
  const faults: unknown[] = [];
  const events = new OrderEvents((fault) => faults.push(fault));
  const heard: string[] = [];
  events.subscribe(({ kind }) => heard.push(`first ${kind}`));
  events.subscribe(() => {
    throw new RangeError('a bad listener');
  });
  events.subscribe(({ kind }) => heard.push(`last ${kind}`));
  const order = {} as ImageOrder;
  events.emit({ kind: 'admitted', order });
  events.emit({ kind: 'finished', order, imagesDelivered: 1 });
  expect(heard).toEqual(['first admitted', 'last admitted', 'first finished', 'last finished']);
  expect(faults).toEqual([new RangeError('a bad listener'), new RangeError('a bad listener')]);
});
