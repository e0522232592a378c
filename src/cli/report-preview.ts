import type { CommandContext } from './command-context.ts';
import type { OrderPreview } from './picture-maker.ts';
import { alignColumns } from './text-table.ts';

/** Tells what an order would come to: lines for people, or the document of the dry run as it is. */
export function reportPreview(
  { document, adapted }: OrderPreview,
  asJson: boolean,
  { stdout, stderr }: CommandContext,
): void {
  if (adapted !== undefined) stderr.write(`plantain: adapted: ${adapted}\n`);
  if (asJson) {
    stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const said = (field: string): string => textOf(document[field]);
  const lines = alignColumns([
    ['model', said('model')],
    ['size', `${said('size')} (${said('aspect_ratio')}, ${said('image_size')})`],
    ['pictures', `${said('n')} as ${said('output_format')}`],
    ['cost', `at most ${said('highest_price')}`],
  ]);
  stdout.write(`Nothing was drawn. It would be:\n${lines.map((line) => `  ${line}\n`).join('')}`);
}

/** Without a ratio the model chooses the pixels, and the document has none. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : "the model's choice";
}
