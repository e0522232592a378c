import { once } from 'node:events';
import { createServer } from 'node:http';
import { sendWhole, wholeAnswer } from '../support/chaos-upstream.ts';
import { publicAddress } from '../support/own-network.ts';
import { base64Of, pngOf } from '../support/pictures.ts';
import { generation, send } from '../support/send.ts';
import { Tally } from '../support/tally.ts';
import type { Scenario } from './scenario.ts';

export interface RemoteLinks {
  readonly letter: string;
  readonly links: number;
  /** Of one picture. */
  readonly megabytes: number;
  readonly allowed: readonly string[];
}

/** Where web servers listen, and the only place where links may lead. */
const port = 80;

/** One small request that names many large pictures by their addresses. */
export function remoteLinks({ letter, links, megabytes, allowed }: RemoteLinks): Scenario {
  const picture = pngOf(megabytes * 1_000_000);
  const drawn = wholeAnswer(base64Of(100_000));
  const images = Array.from({ length: links }, (_, index) => ({
    image_url: `http://${publicAddress}/${index}.png`,
  }));
  const order = generation({ prompt: 'a collage', images }, '/v1/images/edits');
  return {
    letter,
    title: `one edit that names ${links} links to pictures of ${megabytes} MB`,
    env: { PLANTAIN_REMOTE_REFERENCES: 'true' },
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
        const { outcome, code } = await send(server, order);
        answers.add(code === undefined ? outcome : `${outcome} ${code}`);
      } finally {
        pictures.closeAllConnections();
        pictures.close();
      }
      return answers;
    },
  };
}
