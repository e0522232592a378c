import { expect, test } from 'vitest';
import type { z } from 'zod';
import { httpUrl, oneOf, origins, proxies, wholeNumber, yesOrNo } from './value-kinds.ts';

function read<T>(kind: z.ZodType<T>, raw: unknown): T | string {
  const result = kind.safeParse(raw);
  return result.success ? result.data : `refused: ${result.error.issues[0]?.message ?? ''}`;
}

test('a number is the same as text, as the environment has it, and as YAML has it', () => {
  expect(read(wholeNumber(0, 65_535), ' 4747 ')).toBe(4747);
  expect(read(wholeNumber(0, 65_535), 4747)).toBe(4747);
  for (const raw of ['', '4747.5', '0x10', '-1', 70_000, 1.5, null, true, ['1']]) {
    expect(read(wholeNumber(0, 65_535), raw)).toBe('refused: must be a whole number from 0 to 65535');
  }
});

test('truth is read in the usual words', () => {
  for (const raw of [true, 'true', 'YES', 'on', '1']) expect(read(yesOrNo(), raw)).toBe(true);
  for (const raw of [false, 'false', 'No', 'off', '0']) expect(read(yesOrNo(), raw)).toBe(false);
  expect(read(yesOrNo(), 'maybe')).toBe('refused: must be true or false');
});

test('a choice names all choices when it is refused', () => {
  expect(read(oneOf(['json', 'pretty']), 'xml')).toBe('refused: must be one of json, pretty');
});

test('an address loses its trailing slash and may carry nothing that would leak', () => {
  expect(read(httpUrl(), 'http://127.0.0.1:4748/')).toBe('http://127.0.0.1:4748');
  expect(read(httpUrl(), 'https://example.com/gemini//')).toBe('https://example.com/gemini');
  for (const raw of [
    'https://user:secret@example.com',
    'https://example.com?key=1',
    'https://example.com#x',
    'ftp://example.com',
    'example.com',
    'https://',
    'file:///etc/passwd',
  ]) {
    expect(read(httpUrl(), raw), raw).toMatch(/^refused: must be an http/);
  }
});

test('origins are origins: no path, no credentials', () => {
  expect(read(origins(), 'https://a.example, http://localhost:3000/')).toEqual([
    'https://a.example',
    'http://localhost:3000',
  ]);
  expect(read(origins(), ['*'])).toEqual(['*']);
  expect(read(origins(), [])).toEqual([]);
  for (const raw of [
    'a.example',
    'https://a.example/path',
    'https://u@a.example',
    [3],
    [null],
    'https://*.example',
    'https://a.example?x',
    'https://',
    'app://',
    'file:///home/me/page.html',
    'file://server/share',
    'https:a.example',
    'data:text/html',
  ]) {
    expect(read(origins(), raw), String(raw)).toMatch(/^refused/);
  }
});

test.each([
  ['file://', 'file://'],
  ['file:///', 'file://'],
  ['null', 'null'],
  ['tauri://localhost', 'tauri://localhost'],
  ['capacitor://localhost/', 'capacitor://localhost'],
  ['chrome-extension://abcdefghijklmnop', 'chrome-extension://abcdefghijklmnop'],
  ['HTTPS://App.Example.COM', 'https://app.example.com'],
  ['https://app.example.com:443', 'https://app.example.com'],
  ['http://app.example.com:80/', 'http://app.example.com'],
  ['http://[::1]:3000', 'http://[::1]:3000'],
  ['https://b\u00fccher.example', 'https://xn--bcher-kva.example'],
])('the origin %s is kept as browsers send it: %s', (raw, sent) => {
  expect(read(origins(), raw)).toEqual([sent]);
  expect(read(origins(), [sent])).toEqual([sent]);
});

test('trusting one proxy by a bare number is refused, since it could be taken for trusting everybody', () => {
  expect(read(proxies(), 'true')).toBe(true);
  expect(read(proxies(), '10.0.0.0/8, ::1, loopback')).toEqual(['10.0.0.0/8', '::1', 'loopback']);
  for (const raw of ['1', 1, '10.0.0.0/33', '10.0.0.300', 'proxy.example', [], '10.0.0.0/8/8']) {
    expect(read(proxies(), raw)).toMatch(/^refused/);
  }
});
