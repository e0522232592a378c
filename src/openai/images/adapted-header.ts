import type { Adaptation } from '../../journey/image-order.ts';

/** Proxies commonly hold all headers of an answer in 8 KiB, and some in 4. */
const maxHeaderCharacters = 4096;
const separator = ', ';
const maxStringCharacters = 100;

/**
 * The `plantain-adapted` header: a list of RFC 9651 items, one an adaptation, such as
 * `size;action=mapped;from="512x512";to="1024x1024", style;action=ignored;reason=no-effect`. Those that do not fit are
 * counted in a last one, `*;action=omitted;count=7`. Undefined when nothing was adapted.
 */
export function adaptedHeader(adaptations: readonly Adaptation[]): string | undefined {
  if (adaptations.length === 0) return undefined;
  const items = adaptations.map(itemOf);
  const whole = items.join(separator);
  if (whole.length <= maxHeaderCharacters) return whole;
  let kept = '';
  for (const [index, item] of items.entries()) {
    const next = `${kept}${item}${separator}`;
    const omitted = `*;action=omitted;count=${items.length - index}`;
    if (next.length + omitted.length > maxHeaderCharacters) return kept + omitted;
    kept = next;
  }
  return kept;
}

function itemOf({ parameter, action, from, to, reason }: Adaptation): string {
  let item = `${tokenOrString(parameter)};action=${action}`;
  if (from !== undefined) item += `;from=${sfString(from)}`;
  if (to !== undefined) item += `;to=${sfString(to)}`;
  if (reason !== undefined) item += `;reason=${tokenOrString(reason)}`;
  return item;
}

function tokenOrString(text: string): string {
  return /^[A-Za-z*][\w:/!#$%&'*+.^`|~-]{0,99}$/.test(text) ? text : sfString(text);
}

/** A String of RFC 9651, section 3.3.3; characters it cannot hold become a question mark. */
function sfString(text: string): string {
  const printable = text.slice(0, maxStringCharacters).replaceAll(/[^\x20-\x7e]/g, '?');
  return `"${printable.replaceAll(/["\\]/g, '\\$&')}"`;
}
