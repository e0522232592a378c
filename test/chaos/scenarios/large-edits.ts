import { field, file } from '../../support/http.ts';
import { sendWhole, wholeAnswer } from '../support/chaos-upstream.ts';
import { base64Of, pngOf } from '../support/pictures.ts';
import { byteLengthOf, edit, send } from '../support/send.ts';
import { inParallel, Tally } from '../support/tally.ts';
import type { Scenario } from './scenario.ts';

/** A model that takes as many references as the API does. */
const sixteen = 'models:\n  sixteen:\n    extends: gemini-2.5-flash-image\n    max_reference_images: 16\n';
const base64PerByte = 4 / 3;

export interface LargeEdits {
  readonly letter: string;
  readonly clients: number;
  readonly references: number;
  /** Of one reference. */
  readonly megabytes: number;
  readonly allowed: readonly string[];
  /** Whether such a body is taken at all; refused by its length it holds nothing. */
  readonly isTaken: boolean;
  /** Whether their length is not told before they come. */
  readonly isChunked?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Uploads of many large references, from several clients at once. */
export function largeEdits({
  letter,
  clients,
  references,
  megabytes,
  allowed,
  isTaken,
  isChunked = false,
  env,
}: LargeEdits): Scenario {
  const reference = pngOf(megabytes * 1_000_000);
  const drawn = wholeAnswer(base64Of(1_000_000));
  const form = edit([
    field('model', 'sixteen'),
    ...Array.from({ length: references }, () => file('image[]', reference)),
    field('prompt', 'a collage'),
  ]);
  const order = { ...form, isChunked };
  const who = clients === 1 ? 'one edit' : `edits from ${clients} clients at once, each`;
  return {
    letter,
    title: `${who} of ${references} × ${megabytes} MB${isChunked ? ' in chunks' : ''}`,
    settings: sixteen,
    ...(env !== undefined && { env }),
    answer: (_call, response) => sendWhole(response, drawn),
    allowed,
    orderBytes: isTaken ? Math.ceil(byteLengthOf(order) * base64PerByte) + 4_000_000 : 0,
    async run(server) {
      const answers = new Tally();
      await inParallel(clients, clients, async () => {
        const { outcome, code } = await send(server, order);
        answers.add(code === undefined ? outcome : `${outcome} ${code}`);
      });
      return answers;
    },
  };
}
