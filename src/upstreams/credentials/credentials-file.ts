import { open } from 'node:fs/promises';
import { z } from 'zod';
import { errorCodeOf } from '../../kernel/error-code.ts';
import { CredentialsError } from './credentials-error.ts';

const googleTokenServer = 'https://oauth2.googleapis.com/token';
const maxFileBytes = 64 * 1024;

/** An address that an operator's file names: only such files may, since it is called from inside. */
const address = z.string().regex(/^https?:\/\/[^\s]{1,2000}$/i);
const text = z.string().min(1).max(maxFileBytes);
const quotaProject = { quota_project_id: text.optional() };

const serviceAccount = z.object({
  type: z.literal('service_account'),
  client_email: text,
  private_key: text,
  private_key_id: z.string().optional(),
  token_uri: address.default(googleTokenServer),
  ...quotaProject,
});
const authorizedUser = z.object({
  type: z.literal('authorized_user'),
  client_id: text,
  client_secret: text,
  refresh_token: text,
  token_uri: address.default(googleTokenServer),
  ...quotaProject,
});
const externalAccount = z.object({
  type: z.literal('external_account'),
  audience: text,
  subject_token_type: text,
  token_url: address.default('https://sts.googleapis.com/v1/token'),
  service_account_impersonation_url: address.optional(),
  service_account_impersonation: z
    .object({ token_lifetime_seconds: z.number().int().min(60).max(43_200).optional() })
    .optional(),
  client_id: text.optional(),
  client_secret: text.optional(),
  workforce_pool_user_project: text.optional(),
  credential_source: z.looseObject({
    file: text.optional(),
    url: address.optional(),
    headers: z.record(z.string(), z.string()).optional(),
    format: z
      .object({ type: z.enum(['text', 'json']), subject_token_field_name: text.optional() })
      .optional(),
  }),
  ...quotaProject,
});
const source = z.discriminatedUnion('type', [serviceAccount, authorizedUser, externalAccount]);
const impersonated = z.object({
  type: z.literal('impersonated_service_account'),
  service_account_impersonation_url: address,
  delegates: z.array(text).default([]),
  source_credentials: source,
  ...quotaProject,
});
const credentialsFile = z.discriminatedUnion('type', [
  serviceAccount,
  authorizedUser,
  externalAccount,
  impersonated,
]);

export type ServiceAccountFile = z.output<typeof serviceAccount>;
export type AuthorizedUserFile = z.output<typeof authorizedUser>;
export type ExternalAccountFile = z.output<typeof externalAccount>;
export type CredentialsFile = z.output<typeof credentialsFile>;

/** A file of Google's credentials, of any of its kinds. Rejects with `CredentialsError`, which names fields and never values. */
export async function readCredentialsFile(file: string): Promise<CredentialsFile> {
  const content = await readSmallText(file);
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    throw new CredentialsError(`${file} is no JSON`);
  }
  const { data, error } = credentialsFile.safeParse(json);
  if (data !== undefined) return data;
  const fields = [...new Set(error.issues.map(({ path }) => path.join('.') || 'type'))];
  throw new CredentialsError(
    `${file} is no credentials file that is known here; look at: ${fields.join(', ')}`,
  );
}

/** A whole small file, as tokens and credentials are. */
export async function readSmallText(file: string): Promise<string> {
  const handle = await open(file).catch((error: unknown) => {
    throw new CredentialsError(`${file} cannot be read (${errorCodeOf(error) ?? 'unknown'})`);
  });
  try {
    const bytes = Buffer.alloc(maxFileBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length === bytes.length) break;
    }
    if (length > maxFileBytes) throw new CredentialsError(`${file} is too large for what it should be`);
    return bytes.toString('utf8', 0, length);
  } catch (error) {
    throw error instanceof CredentialsError
      ? error
      : new CredentialsError(`${file} cannot be read (${errorCodeOf(error) ?? 'unknown'})`);
  } finally {
    await handle.close();
  }
}
