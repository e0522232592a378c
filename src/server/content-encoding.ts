import type { IncomingHttpHeaders } from 'node:http';
import { codingsOf, knownCodings } from '../bytes/content-coding.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

/**
 * The compression of a request's body; undefined where there is none. Throws `unsupported_media_type` for one that is
 * not known and for several on top of each other (RFC 9110, section 15.5.16), before anything of the body is read
 * (docs/contracts/clients.md#bodies).
 */
export function codingOf(headers: IncomingHttpHeaders): string | undefined {
  const [transfer] = codingsOf(headers['transfer-encoding']).filter((coding) => coding !== 'chunked');
  if (transfer !== undefined) throw notTaken('Transfer-Encoding', transfer);
  const codings = codingsOf(headers['content-encoding']);
  const [coding] = codings;
  if (coding === undefined) return undefined;
  if (codings.length > 1 || !knownCodings.includes(coding))
    throw notTaken('Content-Encoding', codings.join(', '));
  return coding;
}

function notTaken(header: string, named: string): PlantainError {
  const known = knownCodings.join(', ');
  const message = `${header} '${named.slice(0, 80)}' cannot be undone here. Send the body as it is, or with one Content-Encoding of ${known}.`;
  return new PlantainError('unsupported_media_type', message, { headers: { 'accept-encoding': known } });
}
