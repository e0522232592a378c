import { noisePng } from '../../../bench/bodies/noise-png.ts';
import { file } from '../../support/http.ts';
import { maskWithHole } from '../../support/test-pictures.ts';
import { base64Of } from '../support/pictures.ts';
import { generation } from '../support/send.ts';
import type { SoakClients } from './soak-clients.ts';
import type { SoakPictures } from './soak-upstream.ts';

export interface OrderKind {
  readonly name: string;
  /** How often it comes, beside the others. */
  readonly weight: number;
  /** Outcomes that are right. `too_many_orders` always is. */
  readonly allowed: RegExp;
  run(): Promise<void>;
}

/** What the soak's pictures are: the upstream's, and those that clients send. */
export async function soakPictures() {
  const ordinary = noisePng(1024, 1024, 1_500_000);
  const mask = await maskWithHole(1024, 1024, { left: 200, top: 200, width: 400, height: 500 });
  const drawn: SoakPictures = {
    ordinary: Buffer.from(ordinary.toString('base64')),
    large: base64Of(8_000_000),
  };
  return { ordinary, mask, drawn };
}

type Pictures = Awaited<ReturnType<typeof soakPictures>>;

const done = /^200$/;
const left = /left$/;

/** Orders that are over in seconds. */
export function quickKinds(
  clients: SoakClients,
  pictures: Pictures,
  onWrong: (what: string) => void,
): OrderKind[] {
  const { ordinary, mask, drawn } = pictures;
  const digits = drawn.ordinary.toString('latin1');
  const expectPictures = (kind: string, outcome: string, body: Buffer, count: number): void => {
    const found = body.toString('latin1').split(digits).length - 1;
    if (outcome === '200' && found !== count)
      onWrong(`${kind}: ${found} of ${count} pictures were the upstream's`);
  };
  const drawing = (name: string, weight: number, fields: object, count?: number): OrderKind => ({
    name,
    weight,
    allowed: done,
    run: async () => {
      const { outcome, body } = await clients.generate(name, 'draw', fields);
      if (count !== undefined) expectPictures(name, outcome, body, count);
    },
  });
  const editing = (name: string, weight: number, parts: Parameters<SoakClients['edit']>[1]): OrderKind => ({
    name,
    weight,
    allowed: done,
    run: async () => {
      const { outcome, body } = await clients.edit(name, parts);
      if (outcome === '200' && !body.includes('"b64_json":"'))
        onWrong(`${name}: an answer without a picture`);
    },
  });
  const failing = (
    name: Parameters<SoakClients['generate']>[1],
    weight: number,
    allowed: RegExp,
  ): OrderKind => ({
    name,
    weight,
    allowed,
    run: async () => void (await clients.generate(name, name)),
  });
  const refusing = (name: string, allowed: RegExp, run: () => Promise<unknown>): OrderKind => ({
    name,
    weight: 0.5,
    allowed,
    run: async () => void (await run()),
  });
  return [
    drawing('plain', 4, {}, 1),
    drawing('n=3', 2, { n: 3 }, 3),
    drawing('stream', 3, { stream: true }, 1),
    drawing('stream, n=2, drafts', 2, { stream: true, n: 2, partial_images: 1 }, 4),
    drawing('webp', 1, { output_format: 'webp' }),
    drawing('jpeg', 1, { output_format: 'jpeg', output_compression: 70 }),
    drawing('avif', 0.2, { output_format: 'avif', output_compression: 40 }),
    drawing('exact fit', 1, { size: '1000x600', fit: 'exact' }),
    {
      name: 'link',
      weight: 2,
      allowed: done,
      run: async () => {
        const { outcome, body } = await clients.generate('link', 'draw', { response_format: 'url' });
        if (outcome !== '200') return;
        const { data } = JSON.parse(body.toString()) as { data: readonly { url: string }[] };
        const fetched = await clients.fetchLink(data[0]?.url ?? '');
        if (!fetched.equals(ordinary)) onWrong(`link: ${fetched.length} bytes that are not the picture`);
      },
    },
    editing('masked edit', 1.5, [file('image', ordinary), file('mask', mask)]),
    editing(
      'edit, 3 references',
      2,
      Array.from({ length: 3 }, () => file('image[]', ordinary)),
    ),
    editing(
      'edit, 12 references',
      0.5,
      Array.from({ length: 12 }, () => file('image[]', ordinary)),
    ),
    failing('slow', 1, done),
    failing('rate-limit', 1, /^429$/),
    failing('fail', 1, /^503$/),
    failing('cut', 1, /^502$/),
    failing('refuse', 1, /^400$/),
    failing('talk', 0.5, /^400$/),
    refusing('not JSON', /^400$/, () => clients.refused('not JSON', generation('{"prompt":'))),
    refusing('no such model', /^404$/, () =>
      clients.refused('no such model', generation({ prompt: 'a', model: 'no-such-model' })),
    ),
    refusing('wrong key', /^401$/, () =>
      clients.refused('wrong key', generation({ prompt: 'a' }), {
        headers: { authorization: 'Bearer sk-wrong' },
      }),
    ),
    refusing('no picture', /^400$/, () =>
      clients.edit('no picture', [file('image', Buffer.from('<html>'), 'x.html', 'text/html')]),
    ),
    {
      name: 'leaves',
      weight: 1.5,
      allowed: /^(?:.*left|200)$/,
      run: () => clients.leave('leaves', 'draw', 10 + Math.random() * 500),
    },
    { name: 'cut upload', weight: 1, allowed: left, run: () => clients.cutUpload('cut upload', ordinary) },
  ];
}

/** Orders that take their time. They run beside the others, a few at once. */
export function longKinds(clients: SoakClients, { ordinary }: Pictures): OrderKind[] {
  return [
    {
      name: 'stall',
      weight: 1,
      allowed: /^50[24]$/,
      run: async () => void (await clients.generate('stall', 'stall')),
    },
    {
      name: 'silent',
      weight: 2,
      allowed: left,
      run: () => clients.fallSilent('silent', 3000 + Math.random() * 20_000),
    },
    {
      name: 'slow reader',
      weight: 2,
      allowed: done,
      run: async () => void (await clients.generate('slow reader', 'draw', {}, { rate: 200_000 })),
    },
    {
      name: 'stalled upload',
      weight: 1,
      allowed: /^408$/,
      run: () => clients.stallUpload('stalled upload', ordinary),
    },
  ];
}
