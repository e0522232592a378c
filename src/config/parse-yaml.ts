import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import type { Environment } from './config-environment.ts';
import { joined, type Path, unreadable } from './setting-path.ts';

/** A YAML text with environment variables put in. */
export interface YamlText {
  /** As plain data, with `unreadable` in place of a text that lacks a variable. Undefined when it is not YAML. */
  readonly value: unknown;
  /** Where what stands at a path begins, by the path as text: `upstreams[0].api_key`. */
  readonly lines: ReadonlyMap<string, number>;
  /** Texts with something out of the environment: no message may repeat them. */
  readonly borrowed: ReadonlySet<string>;
  /** Sentences that repeat nothing of the text: it may be a secret. */
  readonly faults: readonly { readonly line: number; readonly problem: string }[];
}

/** What is no YAML at all has a fault in every further line, each because of the first. */
const maxFaults = 20;

const require = createRequire(import.meta.url);
/** Loaded when there is a file to read: it is seventy modules, and most starts need none of them. */
const loadYaml = (): typeof Yaml => require('yaml') as typeof Yaml;

/** Parses a text, with the variables that it names. What is wrong with it is a fault, not a throw. */
export function parseYaml(text: string, env: Environment): YamlText {
  const { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } = loadYaml();
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
  const lineAt = (offset = 0): number => lineCounter.linePos(offset).line;
  const lineOf = (node: unknown): number => lineAt(isNode(node) ? node.range?.[0] : 0);
  const faults = document.errors
    .slice(0, maxFaults)
    .map((error) => ({ line: lineAt(error.pos[0]), problem: inPlainWords(error) }));
  const lines = new Map<string, number>();
  const borrowed = new Set<string>();
  if (faults.length > 0) return { value: undefined, lines, borrowed, faults };

  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      faults.push({ line: lineOf(alias), problem: 'a "*" names an anchor that is not defined above.' });
    },
    Scalar(role, scalar) {
      if (role === 'key' || typeof scalar.value !== 'string' || !scalar.value.includes('${')) return;
      const result = interpolate(scalar.value, env);
      if ('text' in result) borrowed.add(result.text);
      else faults.push({ line: lineOf(scalar), problem: result.problem });
      // A text that becomes empty counts as absent, like an empty variable.
      scalar.value = 'text' in result ? result.text || null : unreadable;
    },
  });
  const index = (node: unknown, path: Path): void => {
    lines.set(joined(path), lines.get(joined(path)) ?? lineOf(node));
    if (isSeq(node)) node.items.forEach((item, position) => index(item, [...path, position]));
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      const at = [...path, String(isScalar(key) ? key.value : key)];
      lines.set(joined(at), lineOf(key));
      index(value, at);
    }
  };
  index(document.contents, []);
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), lines, borrowed, faults };
  } catch {
    const problem = 'the file repeats itself through anchors too often.';
    return { value: undefined, lines, borrowed, faults: faults.length > 0 ? faults : [{ line: 1, problem }] };
  }
}

function inPlainWords({ code, message }: Yaml.YAMLError): string {
  if (code === 'DUPLICATE_KEY') return 'the same setting stands twice.';
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; the file can hold one.';
  // After a colon the parser repeats what it met.
  const sentence = message
    .replace(/(\S):\s.*$/s, '$1')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return `this is not YAML: ${sentence}.`;
}

/** Puts in `${NAME}` and `${NAME:-default}`; `$${` is a plain `${`. An empty variable counts as absent, as everywhere. */
function interpolate(text: string, env: Environment): { text: string } | { problem: string } {
  let problem: string | undefined;
  const complete = text.replace(/\$\$\{|\$\{([^}]*)(\}?)/g, (match, inner = '', end = '') => {
    if (match === '$${') return '${';
    const [, name, fallback] = /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(end === '' ? '' : String(inner)) ?? [];
    const value = name !== undefined && Object.hasOwn(env, name) ? (env[name] ?? '') : '';
    if (name === undefined)
      problem = 'a "${" names no variable: write ${NAME}, ${NAME:-default}, or $${ for "${" itself.';
    else if (value === '' && fallback === undefined)
      problem ??= `the environment variable ${name} is not set, or empty.`;
    return value === '' ? (fallback ?? '') : value;
  });
  return problem === undefined ? { text: complete } : { problem };
}
