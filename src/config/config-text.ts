import type { Environment } from './config-environment.ts';
import { parseYaml } from './parse-yaml.ts';
import { readSmallFile } from './read-small-file.ts';

/** A configuration file is a page of text; anything larger is the wrong file. */
const maxFileBytes = 1024 * 1024;

export type Group = Readonly<Record<string, unknown>>;

export function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** plantain.yaml as it says itself: values under the names of the file, with variables put in. */
export interface ConfigText {
  /** Undefined when there is nothing in it that could be used. */
  readonly content: Group | undefined;
  /** Where what stands at a path begins, by the path as text. */
  readonly lines: ReadonlyMap<string, number>;
  /** `plantain.yaml:12` */
  readonly lineAt: (line: number | undefined) => string;
  /** Texts that no message may repeat. */
  readonly borrowed: ReadonlySet<string>;
  readonly problems: readonly string[];
}

/** Reads the file that messages call `shownName`. Whatever is wrong with it is a problem, not a throw. */
export function readConfigText(file: string, shownName: string, env: Environment): ConfigText {
  const document = readSmallFile(file, maxFileBytes);
  const lineAt = (line: number | undefined): string => `${shownName}:${String(line ?? 1)}`;
  const nothing = {
    content: undefined,
    lines: new Map<string, number>(),
    lineAt,
    borrowed: new Set<string>(),
  };
  if ('reason' in document)
    return { ...nothing, problems: [`${shownName} cannot be read: ${document.reason}.`] };
  const { value, lines, borrowed, faults } = parseYaml(document.text, env);
  const problems = faults.map(({ line, problem }) => `${lineAt(line)}: ${problem}`);
  if (isGroup(value)) return { content: value, lines, lineAt, borrowed, problems };
  if (value !== null && faults.length === 0)
    problems.push(`${lineAt(1)}: the file must be settings such as "port: 4747".`);
  return { ...nothing, problems };
}
