import { readFileSync } from 'node:fs';
import type { CatalogueModel, PixelSize } from '../../src/journey/catalogue-model.ts';
import { plainPrices } from './plain-prices.ts';

type Table = Record<string, Record<string, string>>;
type Entry = Omit<CatalogueModel, 'pixels' | 'prices'> & { readonly pixelTable: string };

/** No room that takes models from here charges for them. */
const prices = plainPrices({ input: 0, textOutput: 0, imageOutput: 0 });

/** The shipped catalogue for this room's tests, read as data: the room itself is handed its models. */
export function loadTestModels(): CatalogueModel[] {
  const text = readFileSync(new URL('../../src/routing/models.json', import.meta.url), 'utf8');
  const data = JSON.parse(text) as { pixelTables: Record<string, Table>; models: Entry[] };
  return data.models.map(({ pixelTable, ...entry }) => {
    const table = data.pixelTables[pixelTable] ?? {};
    const pixels = Object.fromEntries(
      entry.imageSizes.map((tier) => [
        tier,
        Object.fromEntries(
          entry.aspectRatios.map((ratio) => [ratio, readPixels(table[tier]?.[ratio] ?? '')]),
        ),
      ]),
    ) as CatalogueModel['pixels'];
    return { ...entry, pixels, prices };
  });
}

function readPixels(text: string): PixelSize {
  const [widthPx = 0, heightPx = 0] = text.split('x').map(Number);
  if (widthPx === 0 || heightPx === 0) throw new Error(`no pixels in "${text}"`);
  return { widthPx, heightPx };
}
