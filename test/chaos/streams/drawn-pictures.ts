import type { ServerResponse } from 'node:http';
import { type Answering, sendInPieces, streamedAnswer, wholeAnswer } from '../support/chaos-upstream.ts';
import { type KnownPicture, randomPicture } from '../support/pictures.ts';

/** What the upstream drew for one order, by the hashes of the pictures' base64. */
export interface DrawnPictures {
  readonly finals: string[];
  readonly drafts: string[];
}

const pictures = 16;
const leastBytes = 900_000;
const mostBytes = 2_400_000;
/** Pieces as small as a TLS record's part, as HTTP chunks, and as large as they come. */
const pieceBytes = [2000, 8000, 16_384, 65_536, 1_000_000] as const;

/** An upstream that draws one of many pictures for each call, in pieces of many sizes, and remembers which. */
export class DrawingUpstream {
  readonly #pictures = Array.from({ length: pictures }, (_, index) =>
    randomPicture(leastBytes + Math.round((index / (pictures - 1)) * (mostBytes - leastBytes))),
  );
  readonly #drawn = new Map<string, DrawnPictures>();

  /** The order's name is its whole prompt. What it drew is forgotten when it is asked for. */
  take(prompt: string): DrawnPictures {
    const drawn = this.#drawn.get(prompt) ?? { finals: [], drafts: [] };
    this.#drawn.delete(prompt);
    return drawn;
  }

  readonly answer: Answering = ({ prompt, isStreamed }, response: ServerResponse) => {
    const drawn = this.#drawn.get(prompt) ?? { finals: [], drafts: [] };
    this.#drawn.set(prompt, drawn);
    const final = this.#any();
    drawn.finals.push(final.hash);
    const drafts = isStreamed ? [this.#any()] : [];
    drawn.drafts.push(...drafts.map(({ hash }) => hash));
    const body = isStreamed
      ? streamedAnswer(
          drafts.map(({ base64 }) => base64),
          final.base64,
        )
      : wholeAnswer(final.base64);
    const most = pieceBytes[Math.floor(Math.random() * pieceBytes.length)] ?? 8000;
    const isEven = Math.random() < 0.5;
    const type = isStreamed ? 'text/event-stream' : 'application/json';
    sendInPieces(response, body, type, () => (isEven ? most : Math.ceil(Math.random() * most)));
  };

  #any(): KnownPicture {
    const picture = this.#pictures[Math.floor(Math.random() * this.#pictures.length)];
    if (picture === undefined) throw new RangeError('there are no pictures');
    return picture;
  }
}
