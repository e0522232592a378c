import { join } from 'node:path';
import { randomBase62 } from '../../kernel/ids.ts';
import { loadKeptSecret } from './kept-secret.ts';

/** 43 characters of base62 are 256 bits. The prefix tells scanners, and people, what was found. */
const form = /^plantain-admin-[0-9A-Za-z]{43}\n?$/;

/** The admin secret of a data folder whose operator gave none, in its file `admin-secret`. Deleting the file revokes it. */
export async function loadAdminSecret(dataDirectory: string): Promise<string> {
  const bytes = await loadKeptSecret({
    path: join(dataDirectory, 'admin-secret'),
    what: 'The admin secret',
    make: () => Buffer.from(`plantain-admin-${randomBase62(43)}\n`),
    fault: (held) =>
      form.test(held.toString('latin1'))
        ? undefined
        : 'it holds no admin secret. Delete it to make a new one.',
  });
  return bytes.toString('latin1').trim();
}
