import { expect, test } from 'vitest';
import { googlePlaces } from './google-places.ts';

const file = 'application_default_credentials.json';

test.each([
  [{ HOME: '/home/ada' }, `/home/ada/.config/gcloud/${file}`],
  [{ HOME: '/home/ada', APPDATA: '/app' }, `/app/gcloud/${file}`],
  [{ HOME: '/home/ada', APPDATA: '/app', CLOUDSDK_CONFIG: '/own' }, `/own/${file}`],
  [{}, undefined],
])('with %j gcloud keeps its credentials at %s', (env, gcloudFile) => {
  expect(googlePlaces(env).gcloudFile).toBe(gcloudFile);
});

test('what is named counts, what is empty does not', () => {
  const names = {
    GOOGLE_APPLICATION_CREDENTIALS: '/sa.json',
    GCE_METADATA_HOST: '127.0.0.1:9',
    GOOGLE_CLOUD_QUOTA_PROJECT: 'payer',
  };
  expect(googlePlaces(names)).toMatchObject({
    namedFile: '/sa.json',
    metadataHost: '127.0.0.1:9',
    quotaProject: 'payer',
  });
  const empty = Object.fromEntries(Object.keys(names).map((name) => [name, ' ']));
  expect(googlePlaces(empty)).toEqual({
    namedFile: undefined,
    gcloudFile: undefined,
    metadataHost: 'metadata.google.internal',
    quotaProject: undefined,
  });
});
