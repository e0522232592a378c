import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { helmValues } from './helm-values.ts';
import { markdownTable } from './markdown-table.ts';

/** What the chart's schema says of one value, or of those that stand together. */
interface ValueSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly example?: string;
}

const repository = join(import.meta.dirname, '../..');
// An older draft than zod's own, for every helm that is in use.
const schema = z.toJSONSchema(helmValues, { target: 'draft-7', io: 'input' }) as ValueSchema;
const [begin, end] = ['<!-- values: written by `npm run docs` -->', '<!-- end of values -->'];

/** values.schema.json, which helm holds every value against. */
export function helmSchema(): string {
  const withoutExamples = (name: string, value: unknown): unknown =>
    name === 'example' && typeof value === 'string' ? undefined : value;
  return `${JSON.stringify(schema, withoutExamples, 2)}\n`;
}

/** values.yaml: every value at its default, with what it is. */
export function helmDefaults(): string {
  return `# Written from docs/generator/helm-values.ts by \`npm run docs\`.\n\n${yamlOf(schema)}`;
}

function yamlOf({ properties = {} }: ValueSchema): string {
  const blocks = Object.entries(properties).map(([name, value]) => {
    const about = value.description === undefined ? '' : commented(value.description, '# ');
    if (value.default === undefined) return `${about}${name}:\n${indented(yamlOf(value))}`;
    const choices = value.enum === undefined ? '' : ` One of ${value.enum.join(', ')}.`;
    const example = value.example === undefined ? '' : commented(value.example, '#  ');
    return `${commented(`${value.description ?? ''}${choices}`, '# ')}${stringify({ [name]: value.default }, { lineWidth: 0 })}${example}`;
  });
  return blocks.join('');
}

const commented = (text: string, mark: string): string => text.replaceAll(/^/gm, mark).concat('\n');
const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

/** The chart's README with its table of values. */
export async function helmReadme(): Promise<string> {
  const readme = await readFile(join(repository, 'deploy/helm/plantain/README.md'), 'utf8');
  const [before = ''] = readme.split(begin);
  const after = readme.split(end)[1] ?? '';
  return `${before}${begin}\n\n${markdownTable(['value', 'default', 'what it is'], rowsOf(schema))}\n${end}${after}`;
}

function rowsOf({ properties = {} }: ValueSchema, above = ''): string[][] {
  return Object.entries(properties).flatMap(([name, value]) => {
    const about = value.description === undefined ? [] : [[`\`${above}${name}\``, '', value.description]];
    if (value.default === undefined) return [...about, ...rowsOf(value, `${above}${name}.`)];
    const choices = value.enum === undefined ? '' : ` One of ${value.enum.map((word) => `\`${word}\``).join(', ')}.`;
    return [[`\`${above}${name}\``, `\`${JSON.stringify(value.default)}\``, `${value.description ?? ''}${choices}`]];
  });
}

/** What the chart repeats of deploy/, because helm reads nothing outside of it. */
export function helmCopy(of: string): () => Promise<string> {
  return () => readFile(join(repository, of), 'utf8');
}
