import type { KeptFile } from './file-shelf.ts';

/** A file as Google describes it (docs/contracts/gemini.md#files). `origin`: of this server, as the client used it. */
export function fileJson(file: KeptFile, origin: string): Record<string, unknown> {
  const time = (ms: number): string => new Date(ms).toISOString();
  return {
    name: `files/${file.name}`,
    ...(file.displayName !== undefined && { displayName: file.displayName }),
    mimeType: file.mimeType,
    sizeBytes: String(file.sizeBytes),
    createTime: time(file.createdAtMs),
    updateTime: time(file.createdAtMs),
    expirationTime: time(file.expiresAtMs),
    sha256Hash: file.sha256,
    uri: `${origin}/v1beta/files/${file.name}`,
    state: 'ACTIVE',
    source: 'UPLOADED',
  };
}
