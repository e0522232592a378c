import { CapturedText } from '../../bytes/captured-text.ts';
import { foreignWord } from '../../kernel/foreign-text.ts';

const pictureNames: ReadonlySet<string> = new Set(['b64_json', 'url']);
/** Texts that servers write beside a picture, or beside none. */
const besides: ReadonlySet<string> = new Set([
  'revised_prompt',
  'object',
  'type',
  'id',
  'mime_type',
  'mimeType',
  'finish_reason',
]);
const maxNames = 8;

/**
 * What an element of `data` is made of that should be a picture and is none that is known: names for a message; undefined
 * where it holds nothing that could be one. It was drawn and will be charged, wherever it is.
 */
export function oddElement(element: unknown): string | undefined {
  if (typeof element === 'string') return element === '' ? undefined : 'text';
  if (Array.isArray(element)) return element.length === 0 ? undefined : 'a list';
  if (typeof element !== 'object' || element === null) return undefined;
  const names = Object.entries(element).flatMap(([name, value]) => (isOdd(name, value) ? [name] : []));
  return names.length === 0 ? undefined : names.slice(0, maxNames).map(foreignWord).join(', ');
}

function isOdd(name: string, value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value instanceof CapturedText) return false;
  if (pictureNames.has(name)) return true;
  if (typeof value === 'string') return !besides.has(name);
  return typeof value === 'object' && Object.keys(value).length > 0;
}
