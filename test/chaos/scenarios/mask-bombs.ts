import sharp from 'sharp';
import { field, file } from '../../support/http.ts';
import { sendWhole, wholeAnswer } from '../support/chaos-upstream.ts';
import { base64Of } from '../support/pictures.ts';
import { edit, send } from '../support/send.ts';
import { Tally } from '../support/tally.ts';
import type { Scenario } from './scenario.ts';

const side = 10_000;
const atOnce = 4;

/** Small files of very many pixels, all transparent, as the picture to edit and as its mask. */
export async function maskBombs(letter: string): Promise<Scenario> {
  const bomb = await sharp({
    create: { width: side, height: side, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    limitInputPixels: false,
  })
    .png({ compressionLevel: 9 })
    .toBuffer();
  const order = edit([file('image', bomb), file('mask', bomb), field('prompt', 'a fox')]);
  const drawn = wholeAnswer(base64Of(100_000));
  return {
    letter,
    title: `${atOnce} edits at once whose image and mask are ${side}² pixels in ${Math.round(bomb.length / 1000)} kB`,
    answer: (_call, response) => sendWhole(response, drawn),
    allowed: ['400 invalid_value'],
    orderBytes: 0,
    async run(server) {
      const answers = new Tally();
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          const { outcome, code } = await send(server, order);
          answers.add(`${outcome} ${code}`);
        }),
      );
      return answers;
    },
  };
}
