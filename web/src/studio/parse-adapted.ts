/** Something that was not done to the letter. */
export interface Adaptation {
  readonly parameter: string;
  readonly action: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
}

const item = /([A-Za-z*][\w:/!#$%&'*+.^`|~-]*|"(?:[^"\\]|\\.)*")((?:;\w+=(?:"(?:[^"\\]|\\.)*"|[^\s;,"]+))*)/g;
const part = /;(\w+)=("(?:[^"\\]|\\.)*"|[^\s;,"]+)/g;

/** Reads the header `plantain-adapted`, a list of RFC 9651. */
export function parseAdapted(header: string | null): Adaptation[] {
  return [...(header ?? '').matchAll(item)].map(([, name = '', parts = '']) => ({
    action: '',
    ...Object.fromEntries([...parts.matchAll(part)].map(([, key = '', value = '']) => [key, plain(value)])),
    parameter: plain(name),
  }));
}

const plain = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
