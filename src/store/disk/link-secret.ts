import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { loadKeptSecret } from './kept-secret.ts';

const secretBytes = 32;

/**
 * The 32 random bytes that sign picture links, kept in `<dataDirectory>/link-secret` and made at the first start. Links
 * given out before a restart keep working after it. Deleting the file revokes every link.
 */
export function loadLinkSecret(dataDirectory: string): Promise<Buffer> {
  return loadKeptSecret({
    path: join(dataDirectory, 'link-secret'),
    what: 'The secret that signs links to pictures',
    make: () => randomBytes(secretBytes),
    fault: ({ length }) =>
      length === secretBytes
        ? undefined
        : `it must hold exactly ${secretBytes} bytes. Delete it to make a new one; links given out so far then stop working.`,
  });
}
