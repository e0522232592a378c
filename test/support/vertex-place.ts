import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface VertexPlace {
  /** Holds plantain.yaml and the service account's file. */
  readonly dataDir: string;
  /** What stands between the lines of its key. */
  readonly privateKey: string;
  remove(): Promise<void>;
}

let privateKey: string | undefined;

/** A folder of an operator whose only upstream is Vertex, with a service account whose tokens come from the same server. */
export async function vertexPlace(upstreamUrl: string, more = ''): Promise<VertexPlace> {
  privateKey ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
  const dataDir = await mkdtemp(join(tmpdir(), 'plantain-vertex-'));
  const account = {
    type: 'service_account',
    client_email: 'painter@art.iam.gserviceaccount.com',
    private_key_id: 'key-1',
    private_key: privateKey,
    token_uri: `${upstreamUrl}/token`,
  };
  await writeFile(join(dataDir, 'painter.json'), JSON.stringify(account));
  await writeFile(
    join(dataDir, 'plantain.yaml'),
    `upstreams:
  - name: google-cloud
    kind: vertex
    project: art-123456789012
    credentials: painter.json
    base_url: ${upstreamUrl}
${more}`,
  );
  return { dataDir, privateKey, remove: () => rm(dataDir, { recursive: true, force: true }) };
}
