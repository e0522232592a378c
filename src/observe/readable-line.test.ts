import { expect, test } from 'vitest';
import { readableLine } from './readable-line.ts';

const time = new Date(2026, 10, 25, 9, 5, 7).toISOString();
const lineOf = (fields: object): string =>
  readableLine(JSON.stringify({ level: 30, time, msg: 'order', ...fields }));
const order = {
  event: 'order',
  order: 'req_1',
  key: 'key_1',
  keyName: 'website',
  client: '10.0.0.7',
  operation: 'generate',
  model: 'gemini-3-pro-image',
  imagesDelivered: 1,
  imagesRequested: 1,
  size: '1024x1024',
  promptCharacters: 20,
  upstream: 'gemini',
  attempts: 1,
  bytesOut: 100,
  costMicroUsd: 134_400,
  durationMs: 3249,
};

test('an order is one line that a person can read', () => {
  expect(lineOf(order)).toBe(
    '09:05:07  order  website (10.0.0.7)  generate  gemini-3-pro-image  1024x1024  1/1  $0.1344  3.2 s  gemini  req_1\n',
  );
});

test('a failed order says why, and an adapted one what', () => {
  const failed = {
    ...order,
    level: 40,
    imagesDelivered: 0,
    size: undefined,
    upstream: null,
    client: undefined,
  };
  expect(
    lineOf({ ...failed, error: 'upstream_unavailable', cause: 'Error: refused', adapted: ['size', 'style'] }),
  ).toBe(
    '09:05:07  warn  order: upstream_unavailable  website  generate  gemini-3-pro-image  0/1  $0.1344  3.2 s  adapted: size, style  req_1  Error: refused\n',
  );
});

test('every other line is its message and its fields, and where a fault came from stands below', () => {
  expect(lineOf({ level: 50, msg: 'fault', request: 'req_1', count: 3, stack: 'Error: x\n    at y' })).toBe(
    '09:05:07  error  fault  request=req_1  count=3\n    Error: x\n    at y\n',
  );
});

test('nothing that callers or upstreams say can play the terminal or add a line', () => {
  const hostile = '\u001b[2J\n\u202e';
  const line = lineOf({ ...order, keyName: hostile, cause: hostile, adapted: [hostile] });
  expect(line.trimEnd().split('\n')).toHaveLength(1);
  expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  expect(lineOf({ msg: hostile, [hostile]: hostile }).trimEnd()).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
});
