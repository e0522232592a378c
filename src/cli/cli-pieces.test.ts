import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readServerAnswer } from './read-server-answer.ts';
import { progressText, startProgress } from './progress-line.ts';
import { readPrompt } from './read-prompt.ts';
import { textTable } from './text-table.ts';

test('progress shows seconds in a terminal and nothing elsewhere', () => {
  const written: string[] = [];
  const write = (chunk: string | Uint8Array): boolean => written.push(String(chunk)) > 0;
  startProgress({ write }, 'drawing')();
  expect(written).toEqual([]);
  startProgress({ isTTY: true, write }, 'drawing', () => 0)();
  expect(written).toEqual([progressText('drawing', 0), '\r\x1b[K']);
  expect(progressText('drawing (gemini)', 12_345)).toBe('\r\x1b[K⠙ drawing (gemini) 12 s');
});

test('columns line up, also with wide names, and no control character reaches the terminal', () => {
  expect(
    textTable(
      ['Name', 'State'],
      [
        ['süß', 'live'],
        ['\x1b[31mred', ''],
      ],
    ),
  ).toBe('Name           State\nsüß            live\n\\u001b[31mred\n');
});

test('a prompt on standard input is trimmed and bounded', async () => {
  async function* input(piece: string, times = 1): AsyncGenerator<string> {
    for (let round = 0; round < times; round++) yield piece;
  }
  expect(await readPrompt('-', input(' A fox\n'))).toBe('A fox');
  await expect(readPrompt('-', input('x'.repeat(1024), 2000))).rejects.toThrow('longer than 1 MiB');
  await expect(readPrompt('-', Readable.from([Buffer.from('Gr\u00fc\u00dfe', 'latin1')]))).rejects.toThrow(
    'not UTF-8',
  );
  const utf8 = Buffer.from('\ufeffGr\u00fc\u00dfe');
  expect(await readPrompt('-', Readable.from([utf8.subarray(0, 6), utf8.subarray(6)]))).toBe(
    'Gr\u00fc\u00dfe',
  );
  await expect(readPrompt('-', input('\n'))).rejects.toThrow('the prompt is empty');
});

test('a picture as a data URL is as good as base64', () => {
  const body = Buffer.from(
    JSON.stringify({ data: [{ url: 'data:image/png;base64,AAEC' }, { b64_json: 'AAEC' }, {}, null] }),
  );
  expect(readServerAnswer({ status: 200, headers: {}, body }).pictures).toEqual([
    { bytes: Buffer.from([0, 1, 2]) },
    { bytes: Buffer.from([0, 1, 2]) },
  ]);
});
