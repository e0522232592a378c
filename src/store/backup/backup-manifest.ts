import { z } from 'zod';
import { isImageName } from '../../gallery/image-name.ts';

/** What an archive ends with: what is in it, so that one that is cut off or changed is known to be. */
const manifestSchema = z.object({
  format: z.literal('plantain-backup'),
  format_version: z.literal(1),
  /** The version that made it. */
  plantain: z.string().max(100),
  made_at: z.iso.datetime(),
  /** Where keys, limits and the ledger were. Those of PostgreSQL are not in it. */
  database: z.enum(['sqlite', 'postgres']),
  /** The newest step that its database has. */
  schema: z.string().max(100).nullable(),
  files: z.array(
    z.object({
      name: z.string().max(200),
      size: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type BackupManifest = z.output<typeof manifestSchema>;
export type BackedUpFile = BackupManifest['files'][number];

export const manifestName = 'manifest.json';
export const databaseName = 'plantain.db';
/** Small files of a data folder that have to travel with its database: who may come in, what links are signed by, who is drained. */
export const companionNames = ['link-secret', 'admin-secret', 'upstream-health.json'] as const;
export const picturesFolder = 'images';

const knownNames = new Set<string>([databaseName, ...companionNames]);

/** Whether a file of that name may be in an archive: nothing else is ever written from one. */
export function isBackupName(name: string): boolean {
  if (knownNames.has(name)) return true;
  const [folder, shard = '', picture = '', ...more] = name.split('/');
  return (
    folder === picturesFolder && more.length === 0 && isImageName(picture) && shard === picture.slice(0, 2)
  );
}

/** Reads a manifest. Throws Error with a plain sentence. */
export function readManifest(text: string): BackupManifest {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = undefined;
  }
  const { success, data } = manifestSchema.safeParse(document);
  if (success) return data;
  throw new Error('its manifest cannot be read: it is damaged, or of a later version of Plantain');
}
