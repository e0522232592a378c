import { describe, expect, test } from 'vitest';
import { maxPaddingBytes, readBoundaryTail } from './boundary-tail.ts';

/** What follows a boundary of three characters, judged. */
const judged = (tail: string, takesBareLineFeeds = false) =>
  readBoundaryTail(Buffer.from(`--b${tail}`), 3, takesBareLineFeeds);

const padding = ' \t'.repeat(maxPaddingBytes / 2);

describe('readBoundaryTail', () => {
  test.each([
    ['\r\n', { kind: 'next', end: 5, hasBareLineFeed: false }],
    ['\r\nmore', { kind: 'next', end: 5, hasBareLineFeed: false }],
    [' \t \r\n', { kind: 'next', end: 8, hasBareLineFeed: false }],
    [`${padding}\r\n`, { kind: 'next', end: 5 + maxPaddingBytes, hasBareLineFeed: false }],
    ['--', { kind: 'last', end: 5, hasBareLineFeed: false }],
    ['--more', { kind: 'last', end: 5, hasBareLineFeed: false }],
  ])('%j ends a part', (tail, boundary) => {
    expect(judged(tail)).toEqual(boundary);
  });

  test.each(['x', '-x', '\rx', '\n', ' x', '\t-', ' --', `${padding} \r\n`, `${padding} `])(
    '%j is data',
    (tail) => {
      expect(judged(tail)).toEqual({ kind: 'data' });
    },
  );

  test.each(['', '-', '\r', ' ', '\t \r', padding])('%j is too little to tell', (tail) => {
    expect(judged(tail)).toEqual({ kind: 'unsure' });
  });

  test('bare line feeds end a line only for clients that use them', () => {
    expect(judged(' \n', true)).toEqual({ kind: 'next', end: 5, hasBareLineFeed: true });
    expect(judged('\r\n', true)).toEqual({ kind: 'next', end: 5, hasBareLineFeed: false });
    expect(judged('x', true)).toEqual({ kind: 'data' });
  });
});
