import type { FormFile, MultipartForm } from '../journey/image-request.ts';
import { ByteSink } from '../bytes/byte-sink.ts';
import { foreignWord } from '../kernel/foreign-text.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { Base64Encoder } from '../bytes/base64-encoder.ts';
import type { PartEvents } from '../bytes/multipart-scanner.ts';
import { type PartHeaders, readPartHeaders } from './part-headers.ts';

/** Bounds of one form. */
export interface MultipartLimits {
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxFields: number;
  readonly maxFieldBytes: number;
  /** Of the headers of one part. */
  readonly maxHeaderBytes: number;
}

/**
 * Parts whose names say that they are pictures: `image`, `image[]`, `image[0]`, `image_1`, `mask[]`, `markup`.
 * Names such as `image_size` and `image_url` are not among them.
 */
const pictureName = /^(?:images?|masks?|markup)(?:\[\d{0,4}\]|[_.-]?\d{1,4})?$/i;

/** Gathers a form from its parts: pictures as base64 while they arrive, everything else as text. */
export class FormReader implements PartEvents {
  readonly #limits: MultipartLimits;
  readonly #fields: { readonly name: string; readonly value: string }[] = [];
  readonly #files: FormFile[] = [];
  /** Of the part that is being read. */
  #headers: PartHeaders = { name: '', filename: undefined, contentType: undefined, charset: undefined };
  /** The part's picture; undefined when it is text. */
  #file: Base64Encoder | undefined;
  readonly #text: ByteSink;

  constructor(limits: MultipartLimits) {
    this.#limits = limits;
    this.#text = new ByteSink(limits.maxFieldBytes);
  }

  get form(): MultipartForm {
    return { fields: this.#fields, files: this.#files };
  }

  begin(headerBlock: Buffer): void {
    const headers = readPartHeaders(headerBlock);
    const { maxFiles, maxFields } = this.#limits;
    this.#headers = headers;
    this.#file = isFile(headers) ? new Base64Encoder() : undefined;
    if (this.#file !== undefined && this.#files.length >= maxFiles) {
      throw new PlantainError(
        'invalid_value',
        `The form holds more than ${maxFiles} files. Send at most ${maxFiles}.`,
        { param: headers.name },
      );
    }
    if (this.#file === undefined && this.#fields.length >= maxFields) {
      throw new PlantainError(
        'invalid_value',
        `The form holds more than ${maxFields} fields. Send at most ${maxFields}.`,
        { param: headers.name },
      );
    }
    this.#text.clear();
  }

  data(bytes: Buffer): void {
    const { maxFileBytes, maxFieldBytes } = this.#limits;
    if (this.#file === undefined) {
      if (this.#text.length + bytes.length > maxFieldBytes) throw this.#tooLarge('field', maxFieldBytes);
      this.#text.append(bytes, 0, bytes.length);
      return;
    }
    if (this.#file.byteLength + bytes.length > maxFileBytes) throw this.#tooLarge('file', maxFileBytes);
    this.#file.push(bytes);
  }

  end(): void {
    const { name, filename, contentType } = this.#headers;
    if (this.#file === undefined) {
      this.#fields.push({ name, value: readText(this.#text.view(), this.#headers) });
    } else {
      this.#files.push({
        field: name,
        filename,
        contentType,
        byteLength: this.#file.byteLength,
        base64: this.#file.finish(),
      });
    }
  }

  #tooLarge(kind: 'field' | 'file', maxBytes: number): PlantainError {
    const { name: param } = this.#headers;
    const message = `The ${kind} '${param.slice(0, 64)}'${this.#which()} is larger than the ${maxBytes} bytes accepted. Send a smaller one.`;
    return new PlantainError('body_too_large', message, { param });
  }

  /** What tells a file from others of its field: how many came before, and its own name. */
  #which(): string {
    const { name, filename = '' } = this.#headers;
    const earlier = this.#files.filter(({ field }) => field === name).length;
    const facts = [
      ...(this.#file === undefined || earlier === 0 ? [] : [`number ${earlier + 1}`]),
      ...(filename === '' ? [] : [`'${foreignWord(filename)}'`]),
    ];
    return facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  }
}

/**
 * By its name first: what openai-java sends as `image` has neither a file name nor, at times, a true type
 * (docs/contracts/runtime.md#form-parsers).
 */
function isFile({ name, filename, contentType }: PartHeaders): boolean {
  if (pictureName.test(name) || filename !== undefined) return true;
  return contentType === 'application/octet-stream' || (contentType?.startsWith('image/') ?? false);
}

function readText(bytes: Buffer, { name, charset }: PartHeaders): string {
  try {
    return new TextDecoder(encodingOf(bytes, charset), { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new PlantainError(
      'invalid_value',
      `The field '${name.slice(0, 64)}' is not valid ${charset?.slice(0, 32) ?? 'UTF-8'} text. Send it as UTF-8.`,
      { param: name, cause: error },
    );
  }
}

/** Of UTF-16 alone the mark at its beginning says which of its bytes come first (RFC 2781); a decoder takes it for little-endian. */
function encodingOf(bytes: Buffer, charset = 'utf-8'): string {
  const isBigEndian = /^utf-?16$/i.test(charset) && bytes[0] === 0xfe && bytes[1] === 0xff;
  return isBigEndian ? 'utf-16be' : charset;
}
