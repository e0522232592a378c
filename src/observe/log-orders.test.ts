import { expect, test } from 'vitest';
import type { OrderEvent } from '../journey/order-events.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { logOrders } from './log-orders.ts';

function logged() {
  const lines: { readonly message: string; readonly fields: object }[] = [];
  let nowMs = 1_000_000;
  const write = (fields: object, message: string): void => void lines.push({ message, fields });
  const listen = logOrders({ info: write, warn: write }, { nowMs: () => nowMs });
  return { lines, listen, pass: (ms: number) => (nowMs += ms) };
}

const refusal = (caller?: Extract<OrderEvent, { kind: 'refused' }>['caller']): OrderEvent => ({
  kind: 'refused',
  request: {
    id: 'req_1',
    operation: 'edit',
    clientAddress: '10.0.0.7',
    credentials: { authorization: 'Bearer sk-0123456789abcdefghWXYZ', apiKey: undefined },
    acceptedAtMs: 0,
  },
  caller,
  error: new PlantainError('invalid_value', 'No.', { param: 'size' }),
});

test('a refused request has a line with its id, who and where it came from, and why', () => {
  const { lines, listen } = logged();
  listen(refusal({ keyId: 'key_1', keyName: 'website', strict: false }));
  expect(lines).toEqual([
    {
      message: 'refused',
      fields: {
        request: 'req_1',
        operation: 'edit',
        key: 'key_1',
        keyName: 'website',
        client: '10.0.0.7',
        status: 400,
        error: 'invalid_value',
        docs_url: 'docs/errors.md#invalid_value',
        param: 'size',
      },
    },
  ]);
});

test('of a key that nobody has, the last four characters and no more', () => {
  const { lines, listen } = logged();
  listen(refusal());
  expect(lines[0]?.fields).toMatchObject({ keyHint: '…WXYZ' });
  expect(JSON.stringify(lines)).not.toContain('hWXYZ');
});

test('a flood of refusals is told by its number', () => {
  const { lines, listen, pass } = logged();
  for (let count = 0; count < 500; count++) listen(refusal());
  expect(lines).toHaveLength(20);
  pass(1000);
  listen(refusal());
  expect(lines.slice(20)).toEqual([
    { message: 'more requests were refused than are told', fields: { refused: 480 } },
    expect.objectContaining({ message: 'refused' }),
  ]);
});

test('token counts that cannot be are a warning each, behind the order’s line', () => {
  const { lines, listen } = logged();
  const oddity = { upstream: 'google', model: 'gemini-3-pro-image', oddity: 'promptTokenCount is -1' };
  listen({
    kind: 'settled',
    settlement: {
      order: { id: 'req_1', caller: {}, model: {}, prompt: '', references: [], adaptations: [], count: 1 },
      drawings: [],
      imagesDelivered: 0,
      bytesOut: 0,
    },
    settled: { costMicroUsd: 0, pricedUsage: {}, oddities: [oddity, oddity] },
    durationMs: 1,
  } as unknown as OrderEvent);
  expect(lines.map(({ message }) => message)).toEqual([
    'order',
    'token counts that cannot be',
    'token counts that cannot be',
  ]);
  expect(lines[2]?.fields).toEqual({ order: 'req_1', ...oddity });
});
