import { sendWhole, wholeAnswer } from '../support/chaos-upstream.ts';
import { base64Of } from '../support/pictures.ts';
import { generation, send } from '../support/send.ts';
import { inParallel, Tally } from '../support/tally.ts';
import { mebibyte, type Scenario } from './scenario.ts';

const count = 10;

/** Honest orders of as many pictures as the API allows, each as large as the model draws them. */
export function manyPictures(letter: string, clients: number, pictureMebibytes: number): Scenario {
  const base64 = base64Of(pictureMebibytes * mebibyte);
  const large = wholeAnswer(base64);
  const small = wholeAnswer(base64Of(2000));
  return {
    letter,
    title: `orders from ${clients} clients at once, each of n=${count} at 4K, ${pictureMebibytes} MiB a picture`,
    answer: ({ prompt }, response) => sendWhole(response, prompt === 'small' ? small : large),
    allowed: ['200', '429 too_many_orders'],
    orderBytes: count * (base64.length + mebibyte),
    async run(server) {
      const answers = new Tally();
      const order = generation({ prompt: 'a fox', n: count, image_size: '4K' });
      await inParallel(clients, clients, async () => {
        const { outcome, code } = await send(server, order);
        answers.add(code === undefined ? outcome : `${outcome} ${code}`);
      });
      return answers;
    },
  };
}
