import { field, file } from '../../support/http.ts';
import { flat, maskWithHole } from '../../support/test-pictures.ts';
import { sendWhole, wholeAnswer } from '../support/chaos-upstream.ts';
import { edit, send } from '../support/send.ts';
import { inParallel, Tally } from '../support/tally.ts';
import { mebibyte, type Scenario } from './scenario.ts';

const clients = 4;
/** An order's pixels while they are worked on, and as much again for what it sent, what was drawn and what was made. */
const bytesPerPixel = 2 * 16;

/** Honest edits with a mask, a few clients one after the other: decoded, explained, blended, encoded. */
export async function maskedEdits(letter: string, side: number, count: number): Promise<Scenario> {
  const hole = { left: side / 4, top: side / 4, width: side / 2, height: side / 2 };
  const [picture, mask] = await Promise.all([flat(side, side), maskWithHole(side, side, hole)]);
  const drawn = wholeAnswer(Buffer.from((await flat(1024, 1024)).toString('base64')), 'image/jpeg');
  const order = edit([file('image', picture), file('mask', mask), field('prompt', 'a fox')]);
  return {
    letter,
    title: `${count} masked edits of ${side}², ${clients} at once`,
    answer: (_call, response) => sendWhole(response, drawn),
    allowed: ['200'],
    orderBytes: side * side * bytesPerPixel + mebibyte,
    async run(server) {
      const answers = new Tally();
      await inParallel(count, clients, async () => answers.add((await send(server, order)).outcome));
      return answers;
    },
  };
}
