import type { UpstreamAgent } from '../client/upstream-agent.ts';
import type { GeneratedImage } from '../../journey/image-result.ts';
import type { InspectImage } from '../../journey/upstream.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { exchange, type ExchangeOptions } from '../http/exchange.ts';
import { CollectedAnswer } from './collected-answer.ts';

/** The server that drew the picture. */
interface PlaceOfPicture {
  readonly agent: UpstreamAgent;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface LinkedOptions extends Pick<ExchangeOptions, 'scope' | 'maxBytes' | 'expectedBytes'> {
  readonly inspect: InspectImage;
}

/**
 * Fetches a picture that a server delivers by a link, as bounded as an answer; undefined when none is there. Only on the
 * server's own origin, over the same connections as everything else, and without following redirects: a server that names
 * another host could lead this process anywhere in its network. Throws `upstream_unreadable` for such a link, what broke
 * the exchange, and the signal's reason.
 */
export async function fetchLinked(
  { agent, origin, headers }: PlaceOfPicture,
  link: string,
  { inspect, ...limits }: LinkedOptions,
): Promise<GeneratedImage | undefined> {
  const picture = new CollectedAnswer({
    inspect,
    onDraft: undefined,
    keepsEarlier: false,
    blockedName: undefined,
  });
  const request = {
    origin,
    path: pathOf(link, origin),
    method: 'GET',
    headers: { ...headers, accept: 'image/*' },
  } as const;
  const ended = await exchange(agent, request, {
    ...limits,
    // The call itself is answered: this only fetches what it brought.
    progress: { phase: 'answered', httpStatus: undefined },
    open: (head) => picture.open(head.headers['content-type'], true),
  });
  if (ended.kind === 'refused') return undefined;
  picture.end(ended.failure === undefined);
  ended.keep(picture.image !== undefined);
  if (ended.failure !== undefined) throw ended.failure;
  return picture.image;
}

function pathOf(link: string, origin: string): string {
  const url = URL.parse(link, origin);
  if (url === null || url.origin !== new URL(origin).origin || url.username !== '' || url.password !== '') {
    const message =
      'The upstream delivers its picture by a link to another address than its own, which is not followed. The operator has to set it up to deliver base64.';
    throw new PlantainError('upstream_unreadable', message);
  }
  return `${url.pathname}${url.search}`;
}
