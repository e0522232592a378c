import { parseAst } from 'vitest/node';

/** A node of a syntax tree, as the bundler of the tests parses TypeScript; its other properties are its parts. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** Throws SyntaxError when the text is not TypeScript. */
export function parse(text: string): Node {
  return parseAst(text, { lang: 'ts' }) as unknown as Node;
}

/** Calls `visit` for a node and all below it that are run, not only looked at by the type checker; outer ones first. */
export function walk(
  node: Node,
  visit: (node: Node, parents: readonly Node[]) => void,
  parents: readonly Node[] = [],
): void {
  if (isForTypesOnly(node)) return;
  visit(node, parents);
  const trail = [...parents, node];
  for (const part of Object.values(node)) {
    if (Array.isArray(part)) for (const one of part) if (isNode(one)) walk(one, visit, trail);
    if (isNode(part)) walk(part, visit, trail);
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';
}

/** The part of a node that its kind is known to have. */
export function partOf(node: Node, name: string): Node {
  const part = node[name];
  if (!isNode(part)) throw new Error(`${node.type} has no ${name}`);
  return part;
}

const wrappers = new Set(['TSNonNullExpression', 'TSAsExpression', 'TSSatisfiesExpression']);

function isForTypesOnly({ type }: Node): boolean {
  return type.startsWith('TS') && !wrappers.has(type);
}
