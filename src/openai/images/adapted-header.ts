import type { Adaptation } from '../../journey/image-order.ts';

/**
 * The `plantain-adapted` header: a list of RFC 9651 items, one an adaptation, such as
 * `size;action=mapped;from="512x512";to="1024x1024", "style";action=ignored;reason=no-effect`.
 * Undefined when nothing was adapted.
 */
export function adaptedHeader(adaptations: readonly Adaptation[]): string | undefined {
  if (adaptations.length === 0) return undefined;
  return adaptations
    .slice(0, maxItems)
    .map(({ parameter, action, from, to, reason }) =>
      [
        tokenOrString(parameter),
        `action=${action}`,
        ...(from === undefined ? [] : [`from=${sfString(from)}`]),
        ...(to === undefined ? [] : [`to=${sfString(to)}`]),
        ...(reason === undefined ? [] : [`reason=${tokenOrString(reason)}`]),
      ].join(';'),
    )
    .join(', ');
}

const maxItems = 50;
const maxStringCharacters = 100;

function tokenOrString(text: string): string {
  return /^[A-Za-z*][\w:/!#$%&'*+.^`|~-]{0,99}$/.test(text) ? text : sfString(text);
}

/** A String of RFC 9651, section 3.3.3; characters it cannot hold become a question mark. */
function sfString(text: string): string {
  const printable = text.slice(0, maxStringCharacters).replaceAll(/[^\x20-\x7e]/g, '?');
  return `"${printable.replaceAll(/["\\]/g, '\\$&')}"`;
}
