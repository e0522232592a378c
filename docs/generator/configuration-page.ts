import { configFileVariable } from '../../src/config/config-environment.ts';
import { configSettings } from '../../src/config/config-schema.ts';
import { configTemplate } from '../../src/config/config-template.ts';
import { reloads } from '../../src/config/reloadable-settings.ts';
import { modelChange } from '../../src/config/model-change.ts';
import type { Setting } from '../../src/config/settings.ts';
import { snakeCase } from '../../src/kernel/snake-case.ts';
import { generatedNote } from './generated-note.ts';

/** docs/configuration.md: every setting with all its names. */
export function configurationPage(): string {
  return `# Configuration

${generatedNote('src/config/config-schema.ts', 'docs/generator/configuration-page.ts')}

Plantain starts without any configuration. Settings come from, strongest first:

1. flags of \`plantain serve\`,
2. environment variables,
3. \`plantain.yaml\` in the working folder, or the file that \`--config\` or \`${configFileVariable}\` names,
4. the defaults below.

\`plantain config explain\` shows every value and where it came from. Unknown settings in the file and unknown
\`PLANTAIN_*\` variables are errors, so that a spelling mistake cannot pass for a setting. All problems are told at once.
\`plantain config check FILE\` tells them before a restart does, each with its line.

- An empty environment variable counts as absent.
- Times may carry a unit (\`500ms\`, \`10s\`, \`5m\`, \`2h\`, \`1d\`), sizes too (\`512KiB\`, \`256MiB\`, \`1GiB\`; \`KB\`, \`MB\`, \`GB\` are
  powers of 1000). A bare number is in the unit that the setting's name ends with.
- Lists are YAML lists in the file and comma-separated elsewhere.
- A folder or file named in the file is relative to the file; elsewhere it is relative to the working folder.

## Secrets

A secret given as a flag can be read by every user of the machine (\`ps\`). Better places, for every setting that is marked as one:

- an environment variable;
- a file that holds nothing else, as Docker, Kubernetes and systemd provide them: a variable's name with \`_FILE\` behind
  it (\`GEMINI_API_KEY_FILE=/run/secrets/gemini\`), or the setting's with \`_file\` (\`gemini: { api_key_file: /run/secrets/gemini }\`).
  Blanks and line ends around the secret are left out. The value and the file together are an error;
- \`\${NAME}\` in the file, see below.

## Variables in the file

In every text of the file, \`\${NAME}\` is replaced by the environment variable of that name. One that is not set, or empty,
is an error; \`\${NAME:-default}\` has a default for it. \`$\${\` stands for the characters \`\${\` themselves. A text that becomes empty
this way counts as absent. Inside \`[ ]\` and \`{ }\` such a text needs quotes, as YAML has it.

\`\`\`yaml
gemini:
  api_key: \${TEAM_GEMINI_KEY}
port: \${PORT:-4747}
\`\`\`

## Reload

A running server reads its configuration again at \`SIGHUP\`, when the file changes, by [\`plantain reload\`](command-line.md#plantain-reload) and
through the [admin API](admin.md). What is then put in force, without dropping a request, are the settings marked with *Reload*
below, and ${fileSettings()}. A change of any other waits for the next start, and the log
names it. [Operating](operating.md#reload) has more.

## The upstream

With \`GEMINI_API_KEY\` (or \`GOOGLE_API_KEY\`) set, pictures come from Google's Gemini API, or from the address in
\`GOOGLE_GEMINI_BASE_URL\`. Without a key Plantain draws with the sandbox it brings: no account, no cost, and every picture
is marked, as is the \`plantain-upstream\` header. An address without a key is refused at the start, because pictures would
quietly come from the sandbox.

Several upstreams, or one of another kind, are a list in the file: [Upstreams](upstreams.md). OpenAI and servers like it have
[a page of their own](upstreams-openai.md).

## Settings

${configSettings
  .filter(({ flag }) => flag !== undefined)
  .map(settingEntry)
  .join('\n')}
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

Fields of an entry: ${Object.keys(modelChange().shape)
    .map((name) => `\`${snakeCase(name)}\``)
    .join(', ')}.
They mean what they mean in \`src/routing/models.json\`, there in camelCase. A field with several values, such as
\`image_tokens\`, replaces the whole of it. Prices are micro-USD per million tokens: 30000000 is $30;
[prices.md](prices.md#your-own-prices) has their fields.

## A file with everything

\`\`\`yaml
${configTemplate()}\`\`\`
`;
}

function settingEntry(setting: Setting): string {
  const { name, description = '', expected = '', env, flag, secret } = setting;
  const names = [...env, flag].map((one) => `\`${one}\``).join(' · ');
  return `### \`${name}\`

${description}${reloads(setting) ? ' *Reload.*' : ''}${secret ? ' Secret; it can [stand in a file](#secrets).' : ''}

Default: ${defaultWords(setting)}. Must be ${expected.replaceAll('*', '\\*')}.

Names: ${names}
`;
}

/** The reloaded settings that only the file can hold, which have no entry of their own on the page. */
function fileSettings(): string {
  const names = configSettings
    .filter((setting) => setting.flag === undefined && reloads(setting))
    .map(({ name }) => `\`${name}\``);
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function defaultWords({ default: fixed, defaultText, format }: Setting): string {
  const isFixed = fixed !== undefined && defaultText === format?.(fixed);
  return isFixed ? `\`${defaultText}\`` : defaultText;
}
