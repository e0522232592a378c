/** One ready answer of the upstream: how large its picture is. */
export interface BodySpec {
  readonly name: BodyName;
  /** Base64 characters of the picture; the answer is about a kilobyte more. A multiple of four. */
  readonly base64Length: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export const bodyNames = ['0.8 kB', '1.4 MiB', '2.7 MiB', '10 MiB', '16 MiB'] as const;
export type BodyName = (typeof bodyNames)[number];

const mebibyte = 1024 ** 2;
const base64Length = (mebibytes: number): number => Math.floor((mebibytes * mebibyte) / 4) * 4;

/**
 * Sizes as Google answers them: a 1K picture has about 1.4 to 2.7 MiB of base64, a 2K one about 10, a 4K one 16
 * and more. The smallest is a picture of one pixel: what is left then is the price of an order without bytes.
 */
export const bodySpecs: readonly BodySpec[] = [
  { name: '0.8 kB', base64Length: 124, widthPx: 1, heightPx: 1 },
  { name: '1.4 MiB', base64Length: base64Length(1.4), widthPx: 1024, heightPx: 1024 },
  { name: '2.7 MiB', base64Length: base64Length(2.7), widthPx: 1024, heightPx: 1024 },
  { name: '10 MiB', base64Length: base64Length(10), widthPx: 2048, heightPx: 2048 },
  { name: '16 MiB', base64Length: base64Length(16), widthPx: 4096, heightPx: 4096 },
];

/** Bytes of one reference picture of the upload scenario. */
export const referencePictureBytes = 5_000_001;

export function bodySpec(name: BodyName): BodySpec {
  const spec = bodySpecs.find((candidate) => candidate.name === name);
  if (spec === undefined) throw new Error(`no body is named ${name}`);
  return spec;
}

export function isBodyName(name: string): name is BodyName {
  return (bodyNames as readonly string[]).includes(name);
}
