import { listensLocally } from '../config/console-section.ts';
import { handedSocket } from '../config/handed-socket.ts';
import type { PlantainServer } from '../server/create-server.ts';

/**
 * Listens on the socket that a service manager handed over, else on the address of the configuration, and answers the
 * URL. Rejects when a socket reaches further than `host` says, by which it was judged whether strangers may come.
 */
export async function listenOn(
  server: Pick<PlantainServer, 'listen'>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  const handed = handedSocket();
  const { url, host: bound } = await server.listen(handed ?? { host, port });
  if (handed !== undefined && listensLocally(host) && !listensLocally(bound))
    throw new Error(
      `The socket that the service manager handed over listens on ${bound}, and the configuration says host ${host}. Set host (PLANTAIN_HOST) to the address of the socket.`,
    );
  return url;
}
