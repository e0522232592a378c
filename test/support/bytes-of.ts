/** All bytes of a stored blob that is read in groups of pieces. */
export async function bytesOf(groups: AsyncIterable<readonly Buffer[]>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const group of groups) pieces.push(...group);
  return Buffer.concat(pieces);
}
