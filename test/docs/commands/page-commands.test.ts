import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedPages } from '../../../docs/generate.ts';
import { commandTable } from '../../../src/cli/command-table.ts';
import { markdownFiles } from '../markdown-files.ts';
import { matches, notRun, reasonNotToRun } from './not-run.ts';
import { blocksOf, commandsOf, followedPages, isUnmarkedCommand } from './page-commands.ts';

const blocks = followedPages().flatMap(blocksOf);
const commands = blocks.flatMap(commandsOf);

test('every command of the pages is either run in CI or has a reason why not', () => {
  const run = commands.filter(({ text }) => reasonNotToRun(text) === undefined);
  expect(run.length).toBeGreaterThan(60);
  // What a reader has to fill in cannot be run, unless the run knows what to fill in.
  const open = run.filter(({ text }) => /<[a-z ]+>|…/.test(text)).map(({ page, text }) => `${page}: ${text}`);
  expect(open).toEqual([]);
});

test('nothing is left out that no page says any more', () => {
  const stale = notRun.filter(([pattern]) => !commands.some(({ text }) => matches(pattern, text)));
  expect(stale).toEqual([]);
});

test('no command hides in a block of another kind', () => {
  expect(blocks.filter(isUnmarkedCommand).map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  const known = [
    'sh',
    'text',
    'json',
    'http',
    'yaml',
    'ini',
    'python',
    'ts',
    'go',
    'nginx',
    'caddy',
    'mermaid',
    'powershell',
    '',
  ];
  expect(blocks.map(({ language }) => language).filter((language) => !known.includes(language))).toEqual([]);
});

test.each([
  ['a sentence', markdownFiles, /`plantain ([a-z]+)([^`\n]*)`/g],
  ['the console', consoleSources, /\bplantain ([a-z]+)([^'"`\n]*)/g],
])('every command and option of plantain that %s names exists', async (_who, textsOf, named) => {
  const names = new Set<string>(commandTable.map(({ name }) => name));
  const help = await (generatedPages['command-line.md']?.() ?? '');
  const found = textsOf().flatMap(({ path, text }) =>
    [...text.matchAll(named)].map(([whole, name = '', rest = '']) => ({
      at: `${path}: ${whole}`,
      name,
      rest,
    })),
  );
  const wrong = found.filter(({ name, rest }) => {
    const options = [...rest.matchAll(/(?<= )--[a-z-]+/g)].map(([option]) => option);
    return !names.has(name) || options.some((option) => !help.includes(option));
  });
  expect(found.length).toBeGreaterThan(2);
  expect(wrong.map(({ at }) => at)).toEqual([]);
});

test('commands are read as a reader pastes them: continued lines joined, comments left out', () => {
  const block = {
    page: 'x.md',
    line: 1,
    language: 'sh',
    text: 'npm ci  # install\n# a note\ncurl a \\\n  -d b\n',
    answer: 'HTTP/1.1 200 OK\n',
  };
  expect(commandsOf(block)).toEqual([
    { page: 'x.md', line: 2, text: 'npm ci' },
    { page: 'x.md', line: 4, text: 'curl a \\\n  -d b', answer: 'HTTP/1.1 200 OK\n' },
  ]);
});

function consoleSources(): readonly { readonly path: string; readonly text: string }[] {
  return globSync('web/src/**/*.{ts,tsx}').map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}
