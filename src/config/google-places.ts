import path from 'node:path';
import type { Environment } from './config-environment.ts';

/** Where Google's programs keep credentials on this machine (docs/contracts/gemini.md#google-credentials). */
export function googlePlaces(env: Environment = process.env) {
  const given = (name: string): string | undefined => env[name]?.trim() || undefined;
  const folder =
    given('CLOUDSDK_CONFIG') ??
    within(given('APPDATA'), 'gcloud') ??
    within(given('HOME'), path.join('.config', 'gcloud'));
  return {
    namedFile: given('GOOGLE_APPLICATION_CREDENTIALS'),
    gcloudFile: within(folder, 'application_default_credentials.json'),
    metadataHost: given('GCE_METADATA_HOST') ?? 'metadata.google.internal',
    quotaProject: given('GOOGLE_CLOUD_QUOTA_PROJECT'),
  };
}

function within(folder: string | undefined, name: string): string | undefined {
  return folder === undefined ? undefined : path.join(folder, name);
}
