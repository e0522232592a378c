/** A member that an object names twice, with different values; `path` leads to it, such as `images[0].image_url`. */
export class RepeatedMemberError extends Error {
  readonly path: string;

  constructor(path: string) {
    super('a member is named twice, with different values');
    this.path = path;
  }
}

/** An object or array that is not closed yet. */
interface Open {
  /** By name, what has been written as its value; undefined for an array. */
  readonly members: Map<string, string> | undefined;
  /** Of the value that is being read, and where that begins. */
  name: string | undefined;
  index: number;
  start: number;
}

/**
 * Refuses a document that names a member twice with different values: JSON.parse keeps the last, and whoever wrote it may
 * have meant the first. Equal ones, letter by letter, say one thing. `document`: what JSON.parse made of `json`; `names`:
 * how many names `json` has. Only where some have got lost is it walked through.
 */
export function refuseRepeatedMembers(json: Buffer, document: unknown, names: number): void {
  if (countMembers(document) === names) return;
  const path = repeatedMember(json.toString('utf8'));
  if (path !== undefined) throw new RepeatedMemberError(path);
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner: unknown[] = Object.values(value);
  let count = Array.isArray(value) ? 0 : inner.length;
  for (const item of inner) count += countMembers(item);
  return count;
}

/** The path of the first such member of a text that is JSON. */
function repeatedMember(text: string): string | undefined {
  const open: Open[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    const inner = open.at(-1);
    if (character === '"') {
      const end = endOfString(text, at);
      if (inner?.members !== undefined) inner.name ??= JSON.parse(text.slice(at, end)) as string;
      at = end - 1;
    } else if (character === '{' || character === '[') {
      const members = character === '{' ? new Map<string, string>() : undefined;
      open.push({ members, name: undefined, index: 0, start: at + 1 });
    } else if (inner !== undefined && character === ':') {
      inner.start = at + 1;
    } else if (inner !== undefined && (character === ',' || character === '}' || character === ']')) {
      if (isRepeated(inner, text.slice(inner.start, at).trim())) return pathOf(open);
      inner.name = undefined;
      inner.index++;
      if (character !== ',') open.pop();
    }
  }
  return undefined;
}

/** Whether the member that ends here has been there with another value; it is kept. */
function isRepeated({ members, name }: Open, value: string): boolean {
  if (members === undefined || name === undefined) return false;
  const earlier = members.get(name);
  members.set(name, value);
  return earlier !== undefined && earlier !== value;
}

/** The index behind the quote that closes the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function pathOf(open: readonly Open[]): string {
  return open.reduce(
    (path, { members, name, index }) =>
      members === undefined ? `${path}[${index}]` : `${path}${path === '' ? '' : '.'}${name}`,
    '',
  );
}
