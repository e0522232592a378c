const widthCharacters = 110;
/** Longer texts without a blank are cut: base64, above all. */
const maxTextCharacters = 100;
const maxDepth = 3;

/** JSON as a page shows it: base64 cut, long lists and objects held to their first, short ones on one line. */
export function shownJson(value: unknown): string {
  return laidOut(shortened(value), 0);
}

/** The same on one line. */
export function shownJsonLine(value: unknown): string {
  return JSON.stringify(shortened(value));
}

function shortened(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    const isCut = value.length > maxTextCharacters && !/[ :]/.test(value);
    return isCut ? `${value.slice(0, 16)}…` : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const isCut = value.length > 3 && typeof value[0] === 'object';
    const shown: readonly unknown[] = isCut
      ? [value[0], `… and ${String(value.length - 1)} more`]
      : value;
    return shown.map((item) => shortened(item, depth + 1));
  }
  if (depth >= maxDepth) return '…';
  const members = Object.entries(value);
  const isMap = depth > 0 && members.length > 3 && members.every(([, member]) => typeof member === 'object');
  return Object.fromEntries(
    [...(isMap ? members.slice(0, 1) : members)]
      .map(([name, member]): [string, unknown] => [name, shortened(member, depth + 1)])
      .concat(isMap ? [['…', `and ${String(members.length - 1)} more`]] : []),
  );
}

function laidOut(value: unknown, indent: number): string {
  const line = oneLine(value);
  if (line.length + indent <= widthCharacters || typeof value !== 'object' || value === null) return line;
  const inner = ' '.repeat(indent + 2);
  const [open, close, items] = Array.isArray(value)
    ? ['[', ']', value.map((item) => laidOut(item, indent + 2))]
    : [
        '{',
        '}',
        Object.entries(value).map(
          ([name, member]) => `${JSON.stringify(name)}: ${laidOut(member, indent + 2)}`,
        ),
      ];
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${' '.repeat(indent)}${close}`;
}

/** One line of JSON as people write it, with a blank after colons and commas. */
export function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${oneLine(member)}`);
  return `{${members.join(', ')}}`;
}
