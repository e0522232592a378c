import { encodeBase64 } from '../../src/bytes/encode-base64.ts';
import type { ReferenceImage } from '../../src/journey/image-order.ts';
import { inspectPicture } from '../../src/pixels/headers/inspect-picture.ts';
import { bytesOf } from '../../src/pixels/headers/byte-reader.ts';
import { uprightSize } from '../../src/pixels/headers/picture-facts.ts';
import type { PixelOrder } from '../../src/pixels/pixel-works.ts';

/** A reference as it is read from a request. */
export function referenceOf(bytes: Buffer): ReferenceImage {
  const facts = inspectPicture(bytesOf(bytes));
  if (facts === undefined) throw new Error('not a picture');
  return {
    base64: encodeBase64(bytes),
    mimeType: facts.mimeType,
    size: uprightSize(facts),
    hasAlpha: facts.hasAlpha,
  };
}

/** What pixel work sees of an order. Without a mask the original's own transparency is one. */
export function pixelOrder(
  parts: {
    readonly original?: Buffer;
    readonly mask?: Buffer;
    readonly output?: Partial<PixelOrder['output']>;
    readonly key?: string;
  } = {},
): PixelOrder {
  const { original, mask, output, key = 'key_test' } = parts;
  return {
    caller: { keyId: key, keyName: key, projectId: 'proj_default', strict: false },
    references: original === undefined ? [] : [referenceOf(original)],
    ...(mask !== undefined && { mask: referenceOf(mask) }),
    masksTransparency: original !== undefined && mask === undefined,
    output: { delivery: 'b64_json', ...output },
  };
}
