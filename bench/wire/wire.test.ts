import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Expectation } from '../load-messages.ts';
import { AnswerCheck } from './answer-check.ts';
import { HttpReader } from './http-reader.ts';

const base64 = Buffer.from('a picture of many bytes '.repeat(40)).toString('base64');
const document = `{"created":1,"data":[{"b64_json": "${base64}","url":null}],"size":"1x1"}`;
const wanted: Expectation = {
  kind: 'picture',
  key: 'b64_json',
  sha256: createHash('sha256').update(base64).digest('hex'),
};

const plain = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const chunked = (body: string): string => {
  const half = body.length >> 1;
  const parts = [body.slice(0, half), body.slice(half)].map(
    (part) => `${part.length.toString(16)}\r\n${part}\r\n`,
  );
  return `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${parts.join('')}0\r\n\r\n`;
};

/** What a check says of each answer on a connection whose bytes arrive in pieces of `size`. */
function verdicts(bytes: string, size: number): (string | undefined)[] {
  const heard: (string | undefined)[] = [];
  let check = new AnswerCheck(wanted, {});
  const reader = new HttpReader({
    onHead: ({ startLine }) => check.onHead(startLine),
    onBody: (chunk) => check.onBody(chunk),
    onEnd() {
      const verdict = check.onEnd();
      heard.push(typeof verdict === 'object' ? verdict.path : verdict);
      check = new AnswerCheck(wanted, {});
    },
  });
  const whole = Buffer.from(bytes);
  for (let at = 0; at < whole.length; at += size) reader.push(whole.subarray(at, at + size));
  return heard;
}

test('right answers count, whatever pieces they arrive in', () => {
  for (const size of [1, 2, 3, 7, 64, 1000, 1_000_000]) {
    expect(verdicts(plain(document) + chunked(document) + plain(document), size)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  }
});

test('one wrong byte, a picture missing, one too many and another status are failures', () => {
  const damaged = document.replace(base64, `${base64.slice(0, 500)}_${base64.slice(501)}`);
  expect(verdicts(plain(damaged), 64)[0]).toContain("is not the upstream's");
  expect(verdicts(plain('{"data":[]}'), 64)[0]).toContain('0 pictures');
  expect(verdicts(plain(document + document), 64)[0]).toContain('2 pictures');
  expect(verdicts(plain(document).replace('200 OK', '500 Oh'), 64)[0]).toContain('status 500');
});
