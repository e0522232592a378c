import { type Change, operators } from './operators.ts';
import { parse, walk } from './syntax.ts';

/** A source file with one thing broken. */
export interface Mutant extends Change {
  /** Below the repository. */
  readonly file: string;
  readonly line: number;
  /** The line it is on, without its indentation. */
  readonly lineText: string;
  /** What became what, on one line: `a < b → a <= b`. */
  readonly change: string;
  /** The guarantee it breaks, where it is one of the named guards. */
  readonly guard?: string;
}

/** Every way to break a source file that the operators know, in the order of the text. Throws SyntaxError. */
export function findMutants(file: string, text: string): Mutant[] {
  const changes: Change[] = [];
  walk(parse(text), (node, parents) => changes.push(...(operators[node.type]?.(node, parents, text) ?? [])));
  const unique = new Map(
    changes.map((change) => [`${change.start} ${change.end} ${change.replacement}`, change]),
  );
  return [...unique.values()]
    .map((change) => mutantOf(file, text, change))
    .filter((mutant) => isSyntax(mutated(text, mutant)))
    .toSorted((left, right) => left.start - right.start);
}

export function mutantOf(file: string, text: string, change: Change, guard?: string): Mutant {
  const before = text.slice(0, change.start);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  const lineText = text.slice(lineStart).split('\n', 1)[0]?.trim() ?? '';
  return {
    ...change,
    file,
    line,
    lineText,
    change: told(text, change),
    ...(guard !== undefined && { guard }),
  };
}

/** The text with the mutant in it. */
export function mutated(text: string, { start, end, replacement }: Change): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

const maxToldLength = 90;

function told(text: string, { start, end, replacement }: Change): string {
  const [from, to] = [text.slice(start, end), replacement].map((piece) => {
    const line = piece.replaceAll(/\s+/g, ' ');
    return line.length <= maxToldLength ? line : `${line.slice(0, maxToldLength)}…`;
  });
  return to === ';' || to === '' ? `${from} removed` : `${from} → ${to}`;
}

function isSyntax(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
