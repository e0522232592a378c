import type { CatalogueModel } from '../../src/journey/catalogue-model.ts';
import { formatMicroUsd } from '../../src/kernel/money.ts';
import { loadCatalogue } from '../../src/routing/model-catalogue.ts';
import { pictureCost } from '../../src/usage/price.ts';
import { generatedNote } from './generated-note.ts';
import { markdownTable } from './markdown-table.ts';

/** docs/models.md: the shipped model catalogue. */
export function modelsPage(): string {
  const { models, aliases } = loadCatalogue();
  return `# Models

${generatedNote('src/routing/models.json')}

${markdownTable(
  ['model', 'Google calls it', 'sizes', 'ratios', 'draws', 'drafts', 'references', 'one picture costs'],
  models.map((model) => [
    `\`${model.id}\``,
    model.displayName,
    model.imageSizes.join(', '),
    String(model.aspectRatios.length),
    model.outputMimeType.slice('image/'.length).toUpperCase(),
    model.drafts ? 'yes' : 'no',
    `up to ${String(model.maxReferenceImages)}`,
    model.imageSizes.map((imageSize) => `${imageSize} ${formatMicroUsd(pictureCost(model, imageSize))}`).join(', '),
  ]),
)}

The cost is that of the picture's own tokens at [Google's list price](contracts/gemini.md#prices-and-tokens); the prompt, references and thinking come on top.
\`gemini-2.5-flash-image\` is closed to new users by Google and named \`deprecated\` there; a request for it is still sent as
it is. What Google really counted is in every answer's \`usage\`, priced in \`plantain-cost-micro-usd\`.

## Names

A request may name a model by its id, by one of these aliases, with the prefixes \`models/\`, \`google/\` or \`gemini/\`, and in
any case. A name that was taken to mean another model is reported in \`plantain-adapted\`. Without \`model\`, a request gets
the configured \`default_model\`. OpenAI's names are here because programs send them, [dead ones too](contracts/openai-images.md#model-names),
and some [can send no other](contracts/clients.md#model-names).

${markdownTable(
  ['name', 'is'],
  [...aliases].map(([alias, id]) => [`\`${alias}\``, `\`${id}\``]),
)}

For clients that cannot send extra fields, a name may end in a ratio, a size or both: \`gemini-3-pro-image-16x9\`,
\`dall-e-3-4k\`, \`nano-banana-pro-16x9-4k\`. They win over a \`size\` that the client always sends.

## Pixels

The pixel sizes that the models draw, [as far as is known](contracts/gemini.md#pixels). The answer's \`size\` is read from the picture itself.

${models.map(pixelSection).join('\n\n')}

## Adding or changing a model

In the configuration file, without code: see [configuration.md](configuration.md#models-and-aliases).
`;
}

function pixelSection(model: CatalogueModel): string {
  const table = markdownTable(
    ['ratio', ...model.imageSizes],
    model.aspectRatios.map((aspectRatio) => [
      aspectRatio,
      ...model.imageSizes.map((imageSize) => {
        const pixels = model.pixels[imageSize]?.[aspectRatio];
        return pixels === undefined ? '' : `${String(pixels.widthPx)}x${String(pixels.heightPx)}`;
      }),
    ]),
  );
  return `### ${model.id}\n\n${table}`;
}
