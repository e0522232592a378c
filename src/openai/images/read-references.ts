import type { Adaptation, Operation, ReferenceImage } from '../../journey/image-order.ts';
import { formatSize, pixelsOf, type PixelSize } from '../../journey/catalogue-model.ts';
import type { RequestBody } from '../../journey/image-request.ts';
import type { FetchScope, ReadScope, ReferenceFetcher } from '../../journey/reference-fetcher.ts';
import { madePng, readByUpstreams } from '../../journey/reference-types.ts';
import { allOrAbort } from '../../kernel/all-or-abort.ts';
import type { Base64Image } from '../../bytes/base64-image.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { SentPicture } from './sent-picture.ts';
import { sentPictures } from './sent-pictures.ts';

/** What a picture's own bytes say; `pixels/` implements the reading. */
export interface ReferenceFacts {
  readonly mimeType: string;
  readonly size: PixelSize;
  readonly hasAlpha: boolean;
}

export interface ReferenceTools {
  readonly inspectReference: (base64: Base64Image) => ReferenceFacts | undefined;
  /** What a file is that no picture can be read from, by how it begins. */
  readonly nameType: (base64: Base64Image) => string | undefined;
  /** Whether a mask fits the first reference, as their headers say; throws. `pixels/` implements it. */
  readonly checkMask: (mask: ReferenceImage, first: ReferenceImage) => void;
  /** Fetches a remote picture; undefined where the operator has not switched that on. */
  readonly fetchRemote: ReferenceFetcher['fetch'] | undefined;
  /** Largest reference, in bytes before base64. */
  readonly maxReferenceBytes: number;
  /** Pixels of the largest picture that is decoded here. */
  readonly maxDecodedPixels: number;
  /** What all links of an order may bring together, in bytes before base64. */
  readonly maxLinkedBytes: number;
}

export interface References {
  readonly images: readonly ReferenceImage[];
  readonly mask?: ReferenceImage;
}

/** As OpenAI takes them (docs/contracts/openai-images.md#edit-fields). */
const maxReferences = 16;

/** Takes the pictures out of a body. `members` is what remains: the plain fields. */
export async function readReferences(
  tools: ReferenceTools,
  operation: Operation,
  body: RequestBody,
  { signal, memory }: ReadScope,
): Promise<{
  members: readonly (readonly [string, unknown])[];
  pictures: References;
  adaptations: readonly Adaptation[];
}> {
  const { members, images, masks } = sentPictures(body);
  if (operation === 'generate') {
    const [first] = [...images, ...masks];
    if (first === undefined) return { members, pictures: { images: [] }, adaptations: [] };
    throw new PlantainError(
      'invalid_value',
      'Reference pictures go to /v1/images/edits, not to /v1/images/generations.',
      { param: first.param },
    );
  }
  if (images.length === 0) {
    throw new PlantainError('missing_parameter', "Missing required parameter: 'image'.", { param: 'image' });
  }
  if (images.length > maxReferences) {
    throw new PlantainError(
      'invalid_value',
      `At most ${maxReferences} reference images can be sent; these are ${images.length}.`,
      { param: 'image' },
    );
  }
  const [mask, secondMask] = masks;
  if (secondMask !== undefined) {
    throw new PlantainError('invalid_value', 'Send one mask; it belongs to the first image.', {
      param: secondMask.param,
    });
  }
  const spend = budgetOf(tools.maxLinkedBytes);
  const references = await allOrAbort(signal, images, (picture, both) =>
    readPicture(tools, picture, { signal: both, memory, spend }),
  );
  const [first] = references;
  const readMask = mask === undefined ? undefined : await readPicture(tools, mask, { signal, memory, spend });
  if (readMask !== undefined && first !== undefined) tools.checkMask(readMask, first);
  return {
    members,
    pictures: { images: references, ...(readMask !== undefined && { mask: readMask }) },
    adaptations: references.flatMap(({ mimeType }, index) =>
      toldAsPng(mimeType, images[index]?.param ?? 'image'),
    ),
  };
}

/** PNG is made of what the model does not read, of several pictures in a file the first. */
function toldAsPng(mimeType: string, parameter: string): Adaptation[] {
  if (!madePng.has(mimeType)) return [];
  return [{ parameter, action: 'mapped', from: mimeType, to: 'image/png' }];
}

async function readPicture(
  tools: ReferenceTools,
  picture: SentPicture,
  scope: FetchScope,
): Promise<ReferenceImage> {
  const base64 = picture.base64 ?? (await fetchPicture(tools, picture, scope));
  if (base64.byteLength > tools.maxReferenceBytes) {
    const limitMb = Math.floor(tools.maxReferenceBytes / 1024 / 1024);
    throw new PlantainError(
      'body_too_large',
      `The picture in ${picture.title} is larger than ${limitMb} MB.`,
      { param: picture.param },
    );
  }
  const facts = tools.inspectReference(base64);
  if (facts === undefined || (!readByUpstreams.has(facts.mimeType) && !madePng.has(facts.mimeType))) {
    const type = facts?.mimeType ?? tools.nameType(base64);
    const found =
      type === undefined
        ? 'is not a readable picture'
        : readByUpstreams.has(type) || madePng.has(type)
          ? `is ${type}, but damaged or cut short`
          : `is ${type}, which is not read here`;
    throw new PlantainError(
      'invalid_image_file',
      `The file in ${picture.title} ${found}. Send PNG, JPEG, WebP, HEIC, AVIF, GIF or TIFF.`,
      { param: picture.param },
    );
  }
  if (madePng.has(facts.mimeType) && pixelsOf(facts.size) > tools.maxDecodedPixels) {
    const message = `The ${facts.mimeType} in '${picture.param}' has ${formatSize(facts.size)} pixels, more than the ${tools.maxDecodedPixels} of which PNG is made here. Send a smaller one, or a PNG, JPEG or WebP.`;
    throw new PlantainError('invalid_image_file', message, { param: picture.param });
  }
  const { param, title } = picture;
  const { mimeType, size, hasAlpha } = facts;
  return { base64, mimeType, size, hasAlpha, sentAs: { param, title } };
}

async function fetchPicture(
  tools: ReferenceTools,
  picture: SentPicture,
  scope: FetchScope,
): Promise<Base64Image> {
  if (tools.fetchRemote === undefined || picture.url === undefined) {
    throw new PlantainError(
      'invalid_value',
      `${picture.title} is a link, and this server does not fetch remote pictures. Send the bytes, as a file or a data: URL.`,
      {
        param: picture.param,
      },
    );
  }
  const fetched = await tools.fetchRemote(picture.url, scope, picture.param);
  return fetched.base64;
}

/** A small request may name many large pictures: together they may be what a body may be. */
function budgetOf(maxBytes: number): FetchScope['spend'] {
  let leftBytes = maxBytes;
  return (bytes) => {
    leftBytes -= bytes;
    if (leftBytes >= 0) return;
    const message = `The pictures behind the links are larger together than the ${maxBytes} bytes accepted here. Send fewer or smaller ones.`;
    throw new PlantainError('body_too_large', message, { param: 'image' });
  };
}
