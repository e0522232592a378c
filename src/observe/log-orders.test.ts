import { expect, test } from 'vitest';
import type { OrderEvent } from '../journey/order-events.ts';
import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';
import { logOrders } from './log-orders.ts';

function logged() {
  const lines: { readonly level: string; readonly message: string; readonly fields: object }[] = [];
  let nowMs = 1_000_000;
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields });
  const listen = logOrders(
    { info: write('info'), warn: write('warn'), error: write('error') },
    { nowMs: () => nowMs },
  );
  return { lines, listen, pass: (ms: number) => (nowMs += ms) };
}

const refusal = (caller?: Extract<OrderEvent, { kind: 'refused' }>['caller']): OrderEvent => ({
  kind: 'refused',
  request: {
    id: 'req_1',
    operation: 'edit',
    clientAddress: '10.0.0.7',
    credentials: {
      authorization: 'Bearer sk-0123456789abcdefghWXYZ',
      apiKey: undefined,
      clientAddress: '10.0.0.7',
    },
    acceptedAtMs: 0,
  },
  caller,
  error: new PlantainError('invalid_value', 'No.', { param: 'size' }),
});

test('a refused request has a line with its id, who and where it came from, and why', () => {
  const { lines, listen } = logged();
  listen(refusal({ keyId: 'key_1', keyName: 'website', projectId: 'proj_default', strict: false }));
  expect(lines).toEqual([
    {
      level: 'warn',
      message: 'refused',
      fields: {
        event: 'refused',
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
    { level: 'warn', message: 'more requests were refused than are told', fields: { refused: 480 } },
    expect.objectContaining({ message: 'refused' }),
  ]);
});

const settled = (error?: PlantainError, oddities: readonly object[] = []): OrderEvent =>
  ({
    kind: 'settled',
    request: { clientAddress: '' },
    settlement: {
      order: { id: 'req_1', caller: {}, model: {}, prompt: '', references: [], adaptations: [], count: 1 },
      drawings: [],
      imagesDelivered: 0,
      bytesOut: 0,
      ...(error && { error }),
    },
    settled: { costMicroUsd: 0, pricedUsage: {}, oddities },
    durationMs: 1,
  }) as unknown as OrderEvent;

test('an order that failed is a warning; one that was drawn, or whose caller left, is not', () => {
  const { lines, listen } = logged();
  listen(settled());
  listen(settled(new PlantainError('client_closed', 'Left.')));
  listen(settled(new PlantainError('upstream_unavailable', 'No.')));
  listen(settled(new PlantainError('moderation_blocked', 'No.')));
  expect(lines.map(({ level }) => level)).toEqual(['info', 'info', 'warn', 'warn']);
});

test('token counts that cannot be are a warning each, behind the order’s line', () => {
  const { lines, listen } = logged();
  const oddity = { upstream: 'google', model: 'gemini-3-pro-image', oddity: 'promptTokenCount is -1' };
  listen(settled(undefined, [oddity, oddity]));
  expect(lines.map(({ message }) => message)).toEqual([
    'order',
    'token counts that cannot be',
    'token counts that cannot be',
  ]);
  expect(lines[2]?.fields).toEqual({ order: 'req_1', ...oddity });
});

test('an order that could not be settled is an error with where the fault is', () => {
  const { lines, listen } = logged();
  const cause = new Error('no price');
  const { settlement, request } = settled(toPlantainError(cause)) as never;
  listen({ kind: 'unsettled', request, settlement, durationMs: 5 });
  expect(lines).toEqual([
    {
      level: 'error',
      message: 'an order could not be settled',
      fields: expect.objectContaining({
        event: 'unsettled',
        order: 'req_1',
        attempts: 0,
        error: 'internal_error',
        cause: 'Error: no price',
        fault: expect.stringContaining('log-orders.test.ts'),
      }),
    },
  ]);
});
