import foreign from '../../src/routing/foreign-models.json' with { type: 'json' };
import type { CatalogueModel } from '../../src/journey/catalogue-model.ts';
import { type ModelPrices, serviceTiers, type TierPrices } from '../../src/journey/price-list.ts';
import { formatMicroUsd } from '../../src/kernel/money.ts';
import { loadCatalogue } from '../../src/routing/model-catalogue.ts';
import { pictureCost } from '../../src/usage/price.ts';
import { generatedNote } from './generated-note.ts';
import { markdownTable } from './markdown-table.ts';

/** docs/models.md: the shipped model catalogue. */
export function modelsPage(): string {
  const { models, aliases } = loadCatalogue();
  const others = foreignModels();
  return `# Models

${generatedNote('src/routing/models.json', 'src/routing/prices.json')}

${markdownTable(
  ['model', 'Google calls it', 'sizes', 'ratios', 'draws', 'drafts', 'references', 'one picture costs', 'is waited for'],
  models.map((model) => [
    `\`${model.id}\``,
    model.displayName,
    model.imageSizes.join(', '),
    String(model.aspectRatios.length),
    model.outputMimeType.slice('image/'.length).toUpperCase(),
    model.drafts ? 'yes' : 'no',
    `up to ${String(model.maxReferenceImages)}`,
    model.imageSizes.map((imageSize) => `${imageSize} ${formatMicroUsd(pictureCost(model, imageSize, Number.POSITIVE_INFINITY))}`).join(', '),
    model.imageSizes.map((imageSize) => `${imageSize} ${String((model.deadlineMs[imageSize] ?? 0) / 1000)} s`).join(', '),
  ]),
)}

The cost is that of the picture's own tokens at [Google's list price](contracts/gemini.md#prices-and-tokens); the prompt, references and thinking come on top.
An order is waited for as long as the last column says, and then answered with 504; most pictures take 5 to 60 seconds.
\`gemini-2.5-flash-image\` is closed to new users by Google and named \`deprecated\` there; a request for it is still sent as
it is. What Google really counted is in every answer's \`usage\`, priced in \`plantain-cost-micro-usd\`.

## Prices

USD a million tokens, by the service tier that an answer says it was served at. [What an order costs](prices.md) tells how they
are used, and how to set your own.

${pricesTable([...models, ...others])}

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

## Models of other makers

These are there only where an [upstream](upstreams-openai.md) names them. Reserved is the most that a picture can cost; what the
upstream counts is booked.

${markdownTable(
  ['model', 'of', 'sizes', 'qualities', 'references', 'one picture costs at most'],
  others.map((model) => [
    `\`${model.id}\``,
    model.foreign?.owner ?? '',
    `${model.imageSizes.join(', ')}${model.foreign?.sizeRule === undefined ? '' : ', and by pixels'}`,
    model.foreign?.qualities.map((quality) => `\`${quality}\``).join(', ') || '–',
    `up to ${String(model.maxReferenceImages)}`,
    model.imageSizes.map((imageSize) => `${imageSize} ${formatMicroUsd(pictureCost(model, imageSize, Number.POSITIVE_INFINITY))}`).join(', '),
  ]),
)}

The cost is that of the quality that is sent where nobody asks for one.

${tables(others).map(pixelSection).join('\n\n')}

## Adding or changing a model

In the configuration file, without code: see [configuration.md](configuration.md#models-and-aliases).
`;
}

/** The price list: the standard tier with all it has, the others in the same order. */
function pricesTable(models: readonly CatalogueModel[]): string {
  const rows = models.flatMap(({ id, prices, foreign: traits }) =>
    prices.flatMap(({ validFrom, tiers, longInput, search }) => {
      const row = (name: string, of: TierPrices, more: string): string[] => [
        name,
        validFrom ?? '',
        // No other maker's upstream is asked for a tier.
        ...serviceTiers.map((tier) => (traits === undefined || tier === 'standard' ? tierText(of[tier]) : '–')),
        more,
      ];
      const searches = search === undefined ? '' : `${formatMicroUsd(search.microUsd)} a ${search.per}`;
      if (longInput === undefined) return [row(`\`${id}\``, tiers, searches)];
      const above = `\`${id}\`, of more than ${String(longInput.aboveTokens)} tokens in`;
      return [row(`\`${id}\``, tiers, searches), row(above, longInput.tiers, searches)];
    }),
  );
  const columns = serviceTiers.map((tier) => (tier === 'standard' ? 'standard: text in, pictures in, text and thinking out, pictures out' : tier));
  return markdownTable(['model', 'from', ...columns, 'a search'], rows);
}

function tierText({ input, imageInput = input, textOutput, imageOutput, perPicture }: ModelPrices): string {
  if (perPicture !== undefined) return `${formatMicroUsd(perPicture)} a picture`;
  return [input, imageInput, textOutput, imageOutput].map((price) => String(price / 1_000_000)).join(', ');
}

/** Every model that an upstream may name. */
function foreignModels(): readonly CatalogueModel[] {
  const ids = foreign.models.map(({ id }) => id);
  const { models } = loadCatalogue({ upstreams: [{ kind: 'openai-compatible', models: ids }] });
  return models.filter((model) => model.foreign !== undefined);
}

/** The first of those that share a table. */
function tables(models: readonly CatalogueModel[]): CatalogueModel[] {
  const shapes = models.map(({ pixels }) => JSON.stringify(pixels));
  return models.filter((_, index) => shapes.indexOf(shapes[index] ?? '') === index);
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
