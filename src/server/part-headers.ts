import { PlantainError } from '../kernel/plantain-error.ts';
import { readParameterisedHeader } from './header-parameters.ts';

/** What the headers of one part of a form say. */
export interface PartHeaders {
  readonly name: string;
  /** Undefined when the part has none; openai-java, for one, sends none with a stream. */
  readonly filename: string | undefined;
  /** The media type in lower case, without parameters. */
  readonly contentType: string | undefined;
  readonly charset: string | undefined;
}

/** Names come back in errors and in the log, so they are kept short. */
const maxNameLength = 256;

/** Reads a part's header block. Throws `malformed_request` for a part that cannot be named or decoded. */
export function readPartHeaders(block: Buffer): PartHeaders {
  const headers = new Map<string, string>();
  // A line that starts with a space continues the one before.
  for (const line of block
    .toString('utf8')
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const { parameters } = readParameterisedHeader(headers.get('content-disposition') ?? '');
  const name = parameters.get('name');
  if (name === undefined || name === '') {
    throw new PlantainError(
      'malformed_request',
      'A part of the multipart form has no name. Give every part a `Content-Disposition: form-data; name="…"` header.',
    );
  }
  if (name.length > maxNameLength) {
    throw new PlantainError(
      'malformed_request',
      `A part of the multipart form has a name of more than ${maxNameLength} characters.`,
    );
  }
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase();
  if (encoding === 'base64' || encoding === 'quoted-printable') {
    throw new PlantainError(
      'invalid_value',
      `The part '${name.slice(0, 64)}' is sent with content-transfer-encoding ${encoding}, which forms no longer use (RFC 7578). Send the bytes as they are.`,
      { param: name },
    );
  }
  const type = readParameterisedHeader(headers.get('content-type') ?? '');
  return {
    name,
    filename: extendedValue(parameters.get('filename*')) ?? parameters.get('filename'),
    contentType: type.value === '' ? undefined : type.value,
    charset: type.parameters.get('charset'),
  };
}

/** `UTF-8''na%C3%AFve.png` → `naïve.png` (RFC 8187); undefined when it is not of that form. */
function extendedValue(text: string | undefined): string | undefined {
  const match = text === undefined ? null : /^utf-8'[^']*'(.*)$/i.exec(text);
  if (match === null) return undefined;
  try {
    return decodeURIComponent(match[1] ?? '');
  } catch {
    return undefined;
  }
}
