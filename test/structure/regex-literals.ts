/** The regular expressions of a TypeScript source, comments and strings apart. */
export function regexLiterals(source: string): RegExp[] {
  const found: RegExp[] = [];
  let index = 0;
  /** What a slash behind it begins: a regular expression, or a division. */
  let previous = '';
  /** Braces open inside each template literal under way. */
  const templates: number[] = [];
  while (index < source.length) {
    const character = source[index] ?? '';
    const next = source[index + 1] ?? '';
    if (character === '/' && next === '/') index = end(source.indexOf('\n', index), source);
    else if (character === '/' && next === '*') index = end(source.indexOf('*/', index + 2), source) + 2;
    else if (character === "'" || character === '"') {
      index = endOfQuoted(source, index, character);
      previous = 'x';
    } else if (character === '`' || (character === '}' && templates.at(-1) === 0)) {
      if (character === '}') templates.pop();
      const { at, isOpen } = endOfTemplate(source, index + 1);
      if (isOpen) templates.push(0);
      index = at;
      previous = isOpen ? '(' : 'x';
    } else if (character === '/' && beginsRegex(previous)) {
      const { literal, at } = readRegex(source, index);
      found.push(literal);
      index = at;
      previous = 'x';
    } else {
      const depth = templates.at(-1);
      if (depth !== undefined && (character === '{' || character === '}'))
        templates[templates.length - 1] = depth + (character === '{' ? 1 : -1);
      const word = /[\w$]+/y;
      word.lastIndex = index;
      const [name] = word.exec(source) ?? [];
      if (name !== undefined) previous = name;
      else if (character.trim() !== '') previous = character;
      index += name?.length ?? 1;
    }
  }
  return found;
}

const keywords = new Set(['return', 'case', 'typeof', 'in', 'of', 'yield', 'await', 'throw', 'else', 'do']);

function beginsRegex(previous: string): boolean {
  return previous === '' || keywords.has(previous) || /^[(,=:[!&|?{};+\-*%~^<>]$/.test(previous);
}

function readRegex(source: string, start: number): { literal: RegExp; at: number } {
  let isClass = false;
  let index = start + 1;
  for (; source[index] !== '/' || isClass; index++) {
    if (source[index] === '\\') index++;
    else if (source[index] === '[') isClass = true;
    else if (source[index] === ']') isClass = false;
    if (index >= source.length) throw new Error(`no regular expression: ${source.slice(start, start + 60)}`);
  }
  const flags = /[a-z]*/y;
  flags.lastIndex = index + 1;
  const [flagText = ''] = flags.exec(source) ?? [];
  return { literal: new RegExp(source.slice(start + 1, index), flagText), at: index + 1 + flagText.length };
}

function endOfQuoted(source: string, start: number, quote: string): number {
  let index = start + 1;
  while (index < source.length && source[index] !== quote) index += source[index] === '\\' ? 2 : 1;
  return index + 1;
}

/** Where a template's text ends: behind its last character, or behind the `${` of an expression in it. */
function endOfTemplate(source: string, start: number): { at: number; isOpen: boolean } {
  let index = start;
  while (index < source.length && source[index] !== '`') {
    if (source[index] === '$' && source[index + 1] === '{') return { at: index + 2, isOpen: true };
    index += source[index] === '\\' ? 2 : 1;
  }
  return { at: index + 1, isOpen: false };
}

function end(at: number, source: string): number {
  return at === -1 ? source.length : at;
}
