import type { Config } from '../config/config-schema.ts';
import type { Finding } from './doctor-report.ts';

/** Writes, reads and removes a small object where pictures would lie. A disk is looked at with the data folder. */
export async function checkStore(config: Config): Promise<readonly Finding[]> {
  if (config.storage.kind === 'disk') return [];
  const { openBlobStores, reasonOfStore } = await import('../app/blob-stores.ts');
  const { probeStore } = await import('../app/probe-store.ts');
  const stores = await openBlobStores(config);
  const where = `bucket ${config.storage.bucket ?? ''}`;
  try {
    await probeStore(stores.images);
    return [{ check: 'store', state: 'ok', detail: `${where} can be written, read, listed and emptied` }];
  } catch (error) {
    return [
      {
        check: 'store',
        state: 'failed',
        detail: `${where}: ${reasonOfStore(error).replace(/^\w*(?:Error|Failure): /, '')}`,
        fix: 'Check storage.endpoint, region, bucket and keys, and the clock. The bucket has to exist; the key needs to put, get, list and delete objects there.',
      },
    ];
  } finally {
    await stores.close();
  }
}
