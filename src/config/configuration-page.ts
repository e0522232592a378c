import { configFileVariable } from './config-environment.ts';
import { type ConfigField, configFields } from './config-fields.ts';
import { configTemplate } from './config-template.ts';
import { modelChangeSchema } from './catalogue-changes.ts';

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** docs/configuration.md. A test compares the page with this text. */
export function configurationPage(): string {
  return `# Configuration

<!-- Written from the table of settings (src/config/config-table.ts). Change it there, then run \`npx vitest run src/config -u\`. -->

Plantain starts without any configuration. Settings come from, strongest first:

1. flags of \`plantain serve\`,
2. environment variables,
3. \`plantain.yaml\` in the working folder, or the file that \`--config\` or \`${configFileVariable}\` names,
4. the defaults below.

\`plantain config explain\` shows every value and where it came from. Unknown settings in the file and unknown
\`PLANTAIN_*\` variables are errors, so that a spelling mistake cannot pass for a setting. All problems are told at once.

- An empty environment variable counts as absent.
- Times may carry a unit (\`500ms\`, \`10s\`, \`5m\`, \`2h\`, \`1d\`), sizes too (\`512KiB\`, \`256MiB\`, \`1GiB\`; \`KB\`, \`MB\`, \`GB\` are
  powers of 1000). A bare number is in the unit that the setting's name ends with.
- Lists are YAML lists in the file and comma-separated elsewhere.
- A secret given as a flag can be read by every user of the machine (\`ps\`). Prefer the environment or the file.
- A folder named in the file is relative to the file; elsewhere it is relative to the working folder.

## The upstream

With \`GEMINI_API_KEY\` (or \`GOOGLE_API_KEY\`) set, pictures come from Google's Gemini API, or from the address in
\`GOOGLE_GEMINI_BASE_URL\`. Without a key Plantain draws with the sandbox it brings: no account, no cost, and every picture
is marked, as is the \`plantain-upstream\` header. An address without a key is refused at the start, because pictures would
quietly come from the sandbox.

## Settings

${configFields.map(settingEntry).join('\n')}
## Models and aliases

Only in the file. An entry of \`models\` changes the model of that id, or adds one; \`extends\` names the model whose
values fill what is left out. \`aliases\` gives further names to models; a name may end in \`*\`.

\`\`\`yaml
models:
  gemini-3-pro-image:
    image_sizes: ["1K", "2K"]
  my-model:
    extends: gemini-nano-banana-2.1
    display_name: My model
    deadline_ms: { 1K: 90000, 2K: 120000, 4K: 240000 }
aliases:
  house-style: my-model
\`\`\`

Fields of an entry: ${Object.keys(modelChangeSchema.shape)
    .map((name) => `\`${snakeCase(name)}\``)
    .join(', ')}.
They mean what they mean in \`src/routing/models.json\`, there in camelCase. A field with several values, such as
\`image_tokens\`, replaces the whole of it. Prices are micro-USD per million tokens: 30000000 is $30.

## A file with everything

\`\`\`yaml
${configTemplate()}\`\`\`
`;
}

function settingEntry(field: ConfigField): string {
  const names = [...field.env, field.flag].map((name) => `\`${name}\``).join(' · ');
  const secret = field.secret ? ' Secret.' : '';
  return `### \`${field.yamlName}\`

${field.description}${secret}

Default: ${defaultWords(field)}. Must be ${field.kind.expected.replaceAll('*', '\\*')}.

Names: ${names}
`;
}

function defaultWords(field: ConfigField): string {
  const computed = field.default === undefined || field.defaultText !== field.kind.format(field.default);
  return computed ? field.defaultText : `\`${field.defaultText}\``;
}
