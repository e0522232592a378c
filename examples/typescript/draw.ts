// Draws, edits and streams with the official SDK for JavaScript and TypeScript: npm install openai
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import OpenAI from 'openai';

const model = 'gpt-image-1';

const client = new OpenAI({
  baseURL: process.env['PLANTAIN_BASE_URL'] ?? 'http://127.0.0.1:4747/v1',
  apiKey: process.env['PLANTAIN_API_KEY'] ?? '',
});

async function draw(): Promise<void> {
  // Fields that the SDK's types do not know are sent all the same.
  const fields = { model, prompt: 'A cute baby sea otter', aspect_ratio: '1:1' };
  const response = await client.images.generate(fields);
  await save('otter.png', response.data?.[0]?.b64_json);
  console.log(`drawn: otter.png, ${response.size}, ${response.usage?.total_tokens} tokens`);
}

async function edit(): Promise<void> {
  // An array of files sends several references; `mask` limits where the picture may change.
  const response = await client.images.edit({
    model,
    image: createReadStream('otter.png'),
    prompt: 'The otter wears a red woollen hat',
  });
  await save('otter-hat.png', response.data?.[0]?.b64_json);
  console.log('edited: otter-hat.png');
}

async function stream(): Promise<void> {
  const events = await client.images.generate({
    model,
    prompt: 'A cute baby sea otter at night, under the stars',
    stream: true,
    partial_images: 1,
  });
  for await (const event of events) {
    if (event.type === 'image_generation.partial_image') {
      console.log(`draft ${event.partial_image_index} has arrived`);
    } else {
      await save('otter-night.png', event.b64_json);
      console.log('streamed: otter-night.png');
    }
  }
}

async function save(name: string, base64: string | undefined): Promise<void> {
  if (!base64) throw new Error('empty b64_json');
  await writeFile(name, Buffer.from(base64, 'base64'));
}

try {
  await draw();
  await edit();
  await stream();
} catch (error) {
  // A refusal is an error with code `moderation_blocked`, never an empty answer.
  if (!(error instanceof OpenAI.APIError)) throw error;
  console.error(`error: ${error.code ?? error.status}: ${error.message}`);
  process.exitCode = 1;
}
