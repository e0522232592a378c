import { once } from 'node:events';
import { createServer } from 'node:http';
import { sendWhole, wholeAnswer } from '../support/chaos-upstream.ts';
import { publicAddress } from '../support/own-network.ts';
import { base64Of, pngOf } from '../support/pictures.ts';
import { generation, send } from '../support/send.ts';
import { inParallel, Tally } from '../support/tally.ts';
import type { Scenario } from './scenario.ts';

export interface RemoteLinks {
  readonly letter: string;
  /** How many send such an edit at once; one unless it is said. */
  readonly clients?: number;
  readonly links: number;
  /** Of one picture. */
  readonly megabytes: number;
  readonly allowed: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Where web servers listen, and the only place where links may lead. */
const port = 80;

/** Small requests, each of which names many large pictures by their addresses. */
export function remoteLinks({ letter, clients = 1, links, megabytes, allowed, env }: RemoteLinks): Scenario {
  const picture = pngOf(megabytes * 1_000_000);
  const drawn = wholeAnswer(base64Of(100_000));
  const images = Array.from({ length: links }, (_, index) => ({
    image_url: `http://${publicAddress}/${index}.png`,
  }));
  const order = generation({ prompt: 'a collage', images }, '/v1/images/edits');
  return {
    letter,
    title: `${clients === 1 ? 'one edit' : `edits from ${clients} clients at once, each`} naming ${links} links to pictures of ${megabytes} MB`,
    env: { PLANTAIN_REMOTE_REFERENCES: 'true', ...env },
    answer: (_call, response) => sendWhole(response, drawn),
    allowed,
    orderBytes: links * picture.length * 2,
    needsOwnNetwork: true,
    async run(server) {
      const pictures = createServer((_request, response) => {
        response.on('error', () => undefined);
        response.writeHead(200, { 'content-type': 'image/png', 'content-length': picture.length });
        response.end(picture);
      });
      pictures.listen(port, publicAddress);
      await once(pictures, 'listening');
      const answers = new Tally();
      try {
        await inParallel(clients, clients, async () => {
          const { outcome, code } = await send(server, order);
          answers.add(code === undefined ? outcome : `${outcome} ${code}`);
        });
      } finally {
        pictures.closeAllConnections();
        pictures.close();
      }
      return answers;
    },
  };
}
