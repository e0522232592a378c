import { join } from 'node:path';
import type { Config } from '../config/config-schema.ts';
import type { BlobStore } from '../gallery/blob-store.ts';
import type { FileShelf } from '../native/files/file-shelf.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { proxyFor } from '../kernel/proxy-for.ts';
import { DiskBlobStore } from '../store/disk/disk-blob-store.ts';
import { DiskFileShelf } from '../store/disk/disk-file-shelf.ts';
import { openDispatcher } from '../upstreams/client/open-dispatcher.ts';

/** Where bytes are kept that outlive their request. */
export interface BlobStores {
  /** Pictures behind links. */
  readonly images: BlobStore;
  /** Answers for those who ask again; no link reaches them. */
  readonly answers: BlobStore;
  /** Files that callers sent ahead. */
  readonly files: FileShelf;
  close(): Promise<void>;
}

/** The stores that the configuration names. Nothing is called yet. */
export async function openBlobStores(config: Config): Promise<BlobStores> {
  return config.storage.kind === 's3' ? openBuckets(config) : onDisk(config);
}

function onDisk({ dataDir, storage }: Config): BlobStores {
  return {
    images: new DiskBlobStore(join(dataDir, 'images'), { isDurable: storage.durable }),
    // Few and small, and what they stand for was paid for.
    answers: new DiskBlobStore(join(dataDir, 'answers'), { isDurable: true }),
    files: new DiskFileShelf(join(dataDir, 'files')),
    close: async () => undefined,
  };
}

const maxConnections = 64;
const connectTimeoutMs = 5000;
const keepAliveMs = 4000;

/** Loaded only where it is used: it brings all of undici along. */
async function openBuckets({ storage, proxy, dataDir }: Config): Promise<BlobStores> {
  const { S3BlobStore } = await import('../store/s3/s3-blob-store.ts');
  const { S3FileShelf } = await import('../store/s3/s3-file-shelf.ts');
  const { S3Requests } = await import('../store/s3/s3-requests.ts');
  const { bucket = '', accessKeyId = '', secretAccessKey = '', prefix = '', region, timeoutMs } = storage;
  const { endpoint = `https://s3.${region}.amazonaws.com`, publicEndpoint = endpoint } = storage;
  const agent = openDispatcher(
    {
      maxConnections,
      connectTimeoutMs,
      headersTimeoutMs: timeoutMs,
      bodyTimeoutMs: timeoutMs,
      keepAliveTimeoutMs: keepAliveMs,
    },
    proxyFor(new URL(endpoint), proxy),
  );
  const place = {
    endpoint,
    publicEndpoint,
    region,
    bucket,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    accessKeyId,
    secretAccessKey,
    sessionToken: storage.sessionToken,
    pathStyle: storage.pathStyle ?? storage.endpoint !== undefined,
  };
  const requests = new S3Requests({ place, agent, timeoutMs });
  return {
    images: new S3BlobStore(requests, 'images'),
    // Few and small, and what they stand for was paid for.
    answers: new S3BlobStore(requests, 'answers'),
    files: new S3FileShelf(requests, join(dataDir, 'incoming-files')),
    close: () => agent.close(),
  };
}

/** What is underneath a failure of a store, for the operator. */
export function reasonOfStore(error: unknown): string {
  return String(error instanceof PlantainError ? (error.cause ?? error) : error);
}
