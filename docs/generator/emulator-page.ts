import { scenarioDescriptions } from '../../src/emulator/scenarios.ts';
import { generatedNote } from './generated-note.ts';
import { markdownTable } from './markdown-table.ts';

/** docs/emulator.md: the look-alike of Google's API, and every scenario it plays. */
export function emulatorPage(): string {
  return `# The emulator

${generatedNote('docs/generator/emulator-page.ts', 'src/emulator/scenarios.ts')}

\`plantain emulator\` serves a look-alike of Google's Gemini API for image models, over real HTTP: \`generateContent\`,
\`streamGenerateContent\`, \`countTokens\`, the models list and a model, on \`/v1\` and \`/v1beta\`. It checks requests in Google's
order and refuses them in Google's words, counts tokens, and answers in Google's shape down to the order of the keys, as far as
[that is known](contracts/gemini.md).
Pictures are real PNG or JPEG files of exactly the documented size, drawn from the words of the prompt, always the same for
the same prompt, and marked as sandbox on the picture and in its metadata.

The same models answer at Vertex AI's paths, \`/v1\` and \`/v1beta1\`, with a project and a location or, in express mode, without:
a Bearer token is wanted there, a role in every turn, and a location that has the model. The servers that give out tokens are
there too: \`/token\` for service accounts and users, \`/v1/token\` for workload identity, \`…:generateAccessToken\` for
accounts that are lent, and the metadata server. Whatever contains \`invalid\` is refused; signatures are not verified.

Without a Gemini key, \`plantain serve\` starts one inside and draws with it. That is [the sandbox](sandbox.md).

## With Google's own SDKs

Start it, and point the SDK at it. Any key will do that does not contain \`invalid\`.

\`\`\`sh
plantain emulator
\`\`\`

\`\`\`ts
import { writeFile } from 'node:fs/promises';
import { GoogleGenAI } from '@google/genai';

const ai = new GoogleGenAI({ apiKey: 'anything', httpOptions: { baseUrl: 'http://127.0.0.1:4748' } });
const answer = await ai.models.generateContent({
  model: 'gemini-2.5-flash-image',
  contents: 'A lighthouse at dusk',
  config: { imageConfig: { aspectRatio: '16:9' } },
});
await writeFile('lighthouse.png', Buffer.from(answer.data ?? '', 'base64'));
\`\`\`

\`\`\`python
from google import genai
from google.genai import types

client = genai.Client(api_key="anything", http_options=types.HttpOptions(base_url="http://127.0.0.1:4748"))
answer = client.models.generate_content(model="gemini-2.5-flash-image", contents="A lighthouse at dusk")
with open("lighthouse.png", "wb") as file:
    file.write(next(part.inline_data.data for part in answer.parts if part.inline_data))
\`\`\`

Or let Plantain itself use one as its upstream:

\`\`\`sh
GEMINI_API_KEY=anything GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:4748 plantain serve
\`\`\`

For Vertex, a token is as good as any: name the emulator as \`base_url\` of [an upstream of the kind
\`vertex\`](upstreams.md#vertex-ai), and as \`token_uri\` in the service account's file.

## Scenarios

Every way an answer can differ from a plain picture can be asked for. The strongest of these counts:

1. a request header, \`x-emulator-scenario: rate-limit 20\`;
2. a phrase in the prompt, \`A fox [scenario: rate-limit 20]\`, which also works through Plantain and any client;
   one that names no scenario is a 400;
3. \`plantain emulator --scenario rate-limit\`, or \`sandbox.scenario\` in the configuration, for every request that names none.

\`plantain emulator --list-scenarios\` prints this list:

${markdownTable(
  ['scenario', 'what comes back'],
  Object.entries(scenarioDescriptions).map(([name, description]) => [
    `\`${name}\``,
    description.replaceAll('\\', '\\\\'),
  ]),
)}

\`--latency-ms\` (\`sandbox.latency_ms\`) makes it as slow as you like; the real one takes 5 to 60 seconds a picture.
`;
}
