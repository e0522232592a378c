import { field, file } from '../../support/http.ts';
import { sendWhole, wholeAnswer } from '../support/chaos-upstream.ts';
import { base64Of, pngOf } from '../support/pictures.ts';
import { rawClient } from '../support/raw-client.ts';
import { byteLengthOf, edit, generation, type Order, send } from '../support/send.ts';
import { inParallel, Tally } from '../support/tally.ts';
import { mebibyte, type Scenario } from './scenario.ts';

interface StalledUploads {
  readonly letter: string;
  readonly title: string;
  readonly clients: number;
  readonly order: Order;
  readonly sentBytes: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Longer than the wait for memory and the idle time of a body together. */
const answerWithinMs = 90_000;

/** Clients that stop in the middle of their upload and wait to be told something. */
function stalledUploads({ letter, title, clients, order, sentBytes, env }: StalledUploads): Scenario {
  const drawn = wholeAnswer(base64Of(2000));
  return {
    letter,
    title,
    ...(env !== undefined && { env }),
    answer: (_call, response) => sendWhole(response, drawn),
    // Too slow, or no room for it; and an honest order beside them is served or told to come back.
    allowed: ['408', '429', 'honest 200', 'honest 429'],
    orderBytes: Math.ceil((byteLengthOf(order) * 4) / 3),
    async run(server) {
      const answers = new Tally();
      const stalled = await Promise.all(
        Array.from({ length: clients }, () => rawClient(server, order, { sentBytes })),
      );
      const endings = stalled.map(async (client) => answers.add(await client.readOn(answerWithinMs)));
      await inParallel(5, 1, async () => {
        answers.add(`honest ${(await send(server, generation({ prompt: 'beside them' }))).outcome}`);
      });
      await Promise.all(endings);
      for (const { socket } of stalled) socket.destroy();
      return answers;
    },
  };
}

/** Prompts of a megabyte of which the last kilobyte does not come. */
export function stalledGenerations(letter: string, clients: number): Scenario {
  const frame = JSON.stringify({ prompt: '' }).length;
  const order = generation({ prompt: 'y'.repeat(mebibyte - frame) });
  const title = `${clients} generations whose bodies of 1 MiB stop 1 kB before their end`;
  return stalledUploads({ letter, title, clients, order, sentBytes: byteLengthOf(order) - 1024 });
}

/** Edits of which one half comes. */
export function stalledEdits(
  letter: string,
  clients: number,
  env: Readonly<Record<string, string>>,
): Scenario {
  const order = edit([file('image', pngOf(6 * mebibyte)), field('prompt', 'a fox')]);
  const title = `${clients} edits of 6 MiB that stop half-way`;
  return stalledUploads({
    letter,
    title,
    clients,
    order,
    sentBytes: Math.floor(byteLengthOf(order) / 2),
    env,
  });
}
