/** An object's bytes as they come, each piece a group of its own. A loop that is left ends the request for them. */
export async function* pieceByPiece(body: AsyncIterable<Buffer>): AsyncGenerator<readonly Buffer[]> {
  for await (const piece of body) yield [piece];
}
