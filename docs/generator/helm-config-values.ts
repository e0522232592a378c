import { z } from 'zod';
import { configSettings } from '../../src/config/config-schema.ts';

/** Settings of one kind have the same first name. A secret's can also name the file that it stands in. */
function namesBelow(section: string): Map<string, string> {
  const below = configSettings.filter(({ name }) => name.startsWith(`${section}.`));
  return new Map(
    below.flatMap(({ name, description = '', secret }) => {
      const last = name.slice(section.length + 1);
      const own: [string, string][] = [[last, description]];
      return secret ? [...own, [`${last}_file`, `The file that ${last} stands in.`]] : own;
    }),
  );
}

const anything = (description: string) => z.unknown().optional().describe(description);

function fieldOf(section: string, description: string): z.ZodType {
  const below = namesBelow(section);
  if (below.size === 0) return anything(description);
  const fields = [...below].map(([name, words]) => [name, anything(words)] as const);
  return z.strictObject(Object.fromEntries(fields)).optional();
}

const sections = new Map(configSettings.map(({ name, description = '' }) => [name.split('.')[0] ?? name, description]));

/**
 * plantain.yaml among the chart's values: a name that is no setting is refused before anything is installed, and what the
 * values mean is left to the server.
 */
export const configValues = z
  .strictObject(
    Object.fromEntries([...sections].map(([section, description]) => [section, fieldOf(section, description)])),
  )
  .default({})
  .meta({
    description:
      'plantain.yaml as it is, without secrets: every setting of docs/configuration.md. `${NAME}` takes a secret from the environment.',
    example: 'public_url: https://images.example.com\ntrust_proxy: uniquelocal',
  });
