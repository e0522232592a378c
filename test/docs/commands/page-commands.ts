import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownFiles, repository } from '../markdown-files.ts';

/** A fenced block of a page. */
export interface PageBlock {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The block right behind it, when that shows an answer of HTTP: what the last command of this one prints. */
  readonly answer?: string;
}

/** One command as a reader pastes it. */
export interface PageCommand {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  /** How its output has to begin. */
  readonly answer?: string;
}

const commandWord =
  /^(?:[A-Z][A-Z_]*=\S+ )*(?:npm|npx|node|plantain|curl|git|sh|bash|python3?|pip|go|sudo|echo|export|sqlite3|cp|mkdir|rm)\b|^[A-Z]+=\$\(/;

/** Every page whose commands are followed: the README first, and last the one that takes everything away. */
export function followedPages(): string[] {
  const isFollowed = (path: string): boolean =>
    /^(?:README|CONTRIBUTING|SECURITY|examples\/README|docs\/.*)\.md$/.test(path);
  const rank = (path: string): number => (path === 'README.md' ? 0 : path === 'docs/uninstalling.md' ? 2 : 1);
  return markdownFiles()
    .map(({ path }) => path)
    .filter(isFollowed)
    .toSorted((left, right) => rank(left) - rank(right) || left.localeCompare(right));
}

export function blocksOf(page: string): PageBlock[] {
  const text = readFileSync(join(repository, page), 'utf8');
  const found = [...text.matchAll(/^( *)(`{3,})(\w*)\n([^]*?)^\1\2 *$/gm)];
  return found.map(({ 1: indent = '', 3: language = '', 4: body = '', 0: whole, index }, at) => {
    const next = found[at + 1];
    const between = next === undefined ? 'none' : text.slice(index + whole.length, next.index).trim();
    const answer = between === '' && next?.[3] === 'http' ? { answer: next[4] ?? '' } : {};
    return {
      page,
      line: text.slice(0, index).split('\n').length,
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      ...answer,
    };
  });
}

/** The commands of a block: all of a shell's, and those among the examples of a command's help. */
export function commandsOf({ page, line, language, text, answer }: PageBlock): PageCommand[] {
  const isShell = language === 'sh' || (language === '' && commandWord.test(text));
  const examples = language === 'text' ? (text.split('\nExamples:\n')[1] ?? '') : '';
  const lines = (isShell ? text : examples).replaceAll('\\\n', '\\\u0000').split('\n');
  const commands = lines.flatMap((one, index): PageCommand[] => {
    const command = one
      .replaceAll('\u0000', '\n')
      .trim()
      .replace(/\s+# .*$/, '');
    return command === '' || command.startsWith('#') ? [] : [{ page, line: line + 1 + index, text: command }];
  });
  const last = commands.at(-1);
  return last === undefined || answer === undefined
    ? commands
    : [...commands.slice(0, -1), { ...last, answer }];
}

/** Whether a block in no language looks like commands that nobody would run. */
export function isUnmarkedCommand({ language, text }: PageBlock): boolean {
  return (
    language === '' &&
    text.split('\n').some((line) => commandWord.test(line.trim())) &&
    !commandWord.test(text)
  );
}
