import { sendWhole, wholeAnswer } from '../support/chaos-upstream.ts';
import { base64Of } from '../support/pictures.ts';
import { rawClient } from '../support/raw-client.ts';
import { generation } from '../support/send.ts';
import { Tally } from '../support/tally.ts';
import { until } from '../support/until.ts';
import { mebibyte, type Scenario } from './scenario.ts';

const answerBytes = 8 * mebibyte;
/** Longer than an order waits for memory, and than a silent client is borne while others wait. */
const silenceMs = 60_000;

/** Clients that ask for a picture and never read it. Half of each stays with the sockets, half with us. */
export function silentClients(
  letter: string,
  clients: number,
  {
    env,
    isStream = false,
  }: { readonly env?: Readonly<Record<string, string>>; readonly isStream?: boolean } = {},
): Scenario {
  const large = wholeAnswer(base64Of(answerBytes));
  const small = wholeAnswer(base64Of(2000));
  return {
    letter,
    title: `${clients} clients that do not read ${isStream ? 'a stream' : 'an answer'} of 8 MiB`,
    ...(env !== undefined && { env }),
    answer: ({ prompt }, response) => sendWhole(response, prompt === 'small' ? small : large),
    // Whoever was drawn for is cut off when others wait; the rest is refused before it costs anything.
    allowed: ['200', '200 cut', '429', 'closed'],
    orderBytes: answerBytes * 1.1,
    async run(server) {
      const silent = await Promise.all(
        Array.from({ length: clients }, () =>
          rawClient(server, generation({ prompt: 'a fox', stream: isStream })),
        ),
      );
      const isOver = async (): Promise<boolean> =>
        server.ending() !== undefined || (await server.measure().catch(() => undefined))?.heldBytes === 0;
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await until(isOver, silenceMs);
      const answers = new Tally();
      await Promise.all(silent.map(async (client) => answers.add(await client.readOn(20_000))));
      for (const { socket } of silent) socket.destroy();
      return answers;
    },
  };
}
