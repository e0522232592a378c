import { isNode, type Node, partOf } from './syntax.ts';

/** A piece of text put in another's place. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

type Operator = (node: Node, parents: readonly Node[], text: string) => readonly Change[];

/** What may be broken, by the kind of syntax it is in. */
export const operators: Readonly<Record<string, Operator>> = {
  IfStatement: (node) => conditions(partOf(node, 'test'), ['true', 'false']),
  ConditionalExpression: (node) => conditions(partOf(node, 'test'), ['true', 'false']),
  WhileStatement: (node) => conditions(partOf(node, 'test'), ['false']),
  ForStatement: (node) => (isNode(node['test']) ? conditions(node['test'], ['false']) : []),
  ReturnStatement: (node) => (isNode(node['argument']) ? answers(node['argument']) : []),
  ArrowFunctionExpression: (node) => answers(partOf(node, 'body')),
  LogicalExpression: logical,
  BinaryExpression: binary,
  AssignmentExpression: (node, _parents, text) => {
    const other = assignmentOpposites.get(String(node['operator']));
    return other === undefined ? [] : [operatorChange(node, text, other)];
  },
  UpdateExpression: (node, _parents, text) =>
    wholly(
      node,
      textOf(node, text).replaceAll(/\+\+|--/g, (sign) => (sign === '++' ? '--' : '++')),
    ),
  UnaryExpression: (node, parents, text) => {
    const isSign = node['operator'] === '!' || node['operator'] === '-';
    return isSign && !isWholeAnswer(node, parents)
      ? wholly(node, textOf(partOf(node, 'argument'), text))
      : [];
  },
  ExpressionStatement: (node) => (isNode(node['directive']) ? [] : wholly(node, ';')),
  ThrowStatement: (node) => wholly(node, ';'),
  AwaitExpression: (node, parents, text) => {
    const argument = partOf(node, 'argument');
    return argument.type === 'CallExpression' && !isAnswerAnyway(parents)
      ? wholly(node, textOf(argument, text))
      : [];
  },
  MemberExpression: optional,
  CallExpression: (node, parents, text) => [...optional(node, parents, text), ...methods(node, text)],
  Literal: literal,
};

const binaryOpposites = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
  ['===', '!=='],
  ['!==', '==='],
  ['+', '-'],
  ['-', '+'],
  ['*', '/'],
  ['/', '*'],
  ['%', '*'],
  ['&', '|'],
  ['|', '&'],
  ['<<', '>>'],
  ['>>', '<<'],
  ['>>>', '<<'],
]);

const assignmentOpposites = new Map([
  ['+=', '-='],
  ['-=', '+='],
  ['*=', '/='],
  ['/=', '*='],
  ['|=', '&='],
  ['&=', '|='],
  ['??=', '='],
  ['||=', '='],
  ['&&=', '='],
]);

const methodOpposites = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
  ['min', 'max'],
  ['max', 'min'],
  ['ceil', 'floor'],
  ['floor', 'ceil'],
  ['round', 'floor'],
]);

/** Methods that cut or tidy what they are called on. */
const tidying = new Set(['slice', 'subarray', 'trim', 'toLowerCase', 'toUpperCase', 'filter', 'withHeaders']);

function wholly({ start, end }: Node, replacement: string): Change[] {
  return [{ start, end, replacement }];
}

/** A condition that always or never holds. To turn it round would be noticed by whoever notices either. */
function conditions(test: Node, values: readonly string[]): Change[] {
  return test.type === 'Literal' ? [] : values.flatMap((value) => wholly(test, value));
}

/** A function that answers yes or no, and always gives the same answer. */
function answers(answer: Node): Change[] {
  const operator = String(answer['operator']);
  const isComparison = answer.type === 'BinaryExpression' && /^(?:[<>]=?|[!=]==)$/.test(operator);
  const isLogical = answer.type === 'LogicalExpression' && operator !== '??';
  return isComparison || isLogical || operator === '!' ? conditions(answer, ['true', 'false']) : [];
}

/** Whether a condition or an answer is nothing but this: then it is broken as a whole. */
function isWholeAnswer(node: Node, parents: readonly Node[]): boolean {
  const parent = parents.at(-1);
  return parent?.['test'] === node || parent?.['body'] === node || parent?.type === 'ReturnStatement';
}

/** Whether a promise that is not awaited is the answer all the same, awaited by whoever called: no `try` hears of it. */
function isAnswerAnyway(parents: readonly Node[]): boolean {
  if (parents.at(-1)?.type !== 'ReturnStatement') return false;
  const within = parents.slice(parents.findLastIndex(({ type }) => type.includes('Function')) + 1);
  return within.every(({ type }) => type !== 'TryStatement');
}

function binary(node: Node, parents: readonly Node[], text: string): Change[] {
  if (isConstant(node)) return isConstant(parents.at(-1)) ? [] : wholly(node, `${textOf(node, text)} * 10`);
  const operator = String(node['operator']);
  const other = binaryOpposites.get(operator);
  const isEquality = operator.endsWith('==');
  if (other === undefined || joinsText(node) || (isEquality && isWholeAnswer(node, parents))) return [];
  return [operatorChange(node, text, other)];
}

/** A size or a time written as a product: `64 * 1024`. */
function isConstant(node: Node | undefined): boolean {
  if (node?.type !== 'BinaryExpression') return false;
  return [partOf(node, 'left'), partOf(node, 'right')].every(
    (part) => typeof part['value'] === 'number' || isConstant(part),
  );
}

function logical(node: Node, _parents: readonly Node[], text: string): Change[] {
  const operator = node['operator'];
  if (operator === '??') return wholly(node, `(${textOf(partOf(node, 'left'), text)})`);
  return [operatorChange(node, text, operator === '&&' ? '||' : '&&')];
}

function optional(node: Node, _parents: readonly Node[], text: string): Change[] {
  if (node['optional'] !== true) return [];
  const start = partOf(node, node.type === 'CallExpression' ? 'callee' : 'object').end;
  const at = text.indexOf('?.', start);
  const isNamed = node.type === 'MemberExpression' && node['computed'] !== true;
  return [{ start: at, end: at + 2, replacement: isNamed ? '.' : '' }];
}

function methods(node: Node, text: string): Change[] {
  const callee = partOf(node, 'callee');
  if (callee.type !== 'MemberExpression' || callee['computed'] === true) return [];
  const property = partOf(callee, 'property');
  const name = String(property['name']);
  if (tidying.has(name)) return wholly(node, textOf(partOf(callee, 'object'), text));
  const other = methodOpposites.get(name);
  return other === undefined ? [] : wholly(property, other);
}

function literal(node: Node, parents: readonly Node[], text: string): Change[] {
  const { value } = node;
  const parent = parents.at(-1);
  const isName = parent?.['key'] === node && parent['computed'] !== true;
  const isCompared = String(parent?.['operator']).endsWith('==') && typeof value !== 'number';
  if (isName || isCompared || isConstant(parent) || /^(?:Import|Export)/.test(parent?.type ?? '')) return [];
  if (typeof value === 'boolean') return wholly(node, String(!value));
  if (typeof value === 'number') return wholly(node, otherNumber(value));
  if (isNode(node['regex']) || /^\/.*\/[a-z]*$/s.test(textOf(node, text))) return looserPatterns(node, text);
  // Sentences are for people: what they say is not broken by a machine.
  if (typeof value !== 'string' || value.includes(' ')) return [];
  return wholly(node, value === '' ? "'x'" : "''");
}

/** Small numbers are counts and bounds, which are exact; large ones are sizes and times, which are of an order. */
function otherNumber(value: number): string {
  if (value === 0 || value === 1) return String(1 - value);
  return String(Math.abs(value) < 16 ? value + 1 : value * 10);
}

/** A regular expression without one of its anchors, or without its flags that forgive. */
function looserPatterns(node: Node, text: string): Change[] {
  const [, pattern = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(textOf(node, text)) ?? [];
  const looser = [
    ...(pattern.startsWith('^') ? [`/${pattern.slice(1)}/${flags}`] : []),
    ...(/[^\\]\$$/.test(pattern) ? [`/${pattern.slice(0, -1)}/${flags}`] : []),
    ...(flags.includes('i') ? [`/${pattern}/${flags.replace('i', '')}`] : []),
  ];
  return looser.flatMap((replacement) => wholly(node, replacement));
}

function joinsText(node: Node): boolean {
  const isText = (part: Node): boolean =>
    part.type === 'TemplateLiteral' || typeof part['value'] === 'string';
  return node['operator'] === '+' && (isText(partOf(node, 'left')) || isText(partOf(node, 'right')));
}

function operatorChange(node: Node, text: string, replacement: string): Change {
  const operator = String(node['operator']);
  const start = text.indexOf(operator, partOf(node, 'left').end);
  return { start, end: start + operator.length, replacement };
}

function textOf({ start, end }: Node, text: string): string {
  return text.slice(start, end);
}
