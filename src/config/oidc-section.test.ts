import { expect, test } from 'vitest';
import { explainConfig } from './explain-config.ts';
import { loadConfig } from './load-config.ts';

const enough = {
  PLANTAIN_OIDC_ISSUER: 'https://id.example/realms/main/',
  PLANTAIN_OIDC_CLIENT_ID: 'plantain',
  PLANTAIN_OIDC_ADMINS: 'ops, CN=x',
};
const load = (env: Record<string, string>) => loadConfig({ env, cwd: '/' });

test('an issuer is taken to the letter, and nobody signs in by one unless it is set', () => {
  expect(load({}).config.oidc).toMatchObject({
    roleClaim: 'groups',
    scopes: 'openid profile email',
    admins: [],
  });
  expect(load({}).config.oidc.issuer).toBeUndefined();
  expect(load(enough).config.oidc).toMatchObject({
    issuer: 'https://id.example/realms/main/',
    admins: ['ops', 'CN=x'],
    name: 'single sign-on',
  });
});

test.each([
  [{ PLANTAIN_OIDC_CLIENT_ID: '' }, /PLANTAIN_OIDC_ISSUER needs oidc.client_id/],
  [{ PLANTAIN_OIDC_ADMINS: '' }, /PLANTAIN_OIDC_ISSUER lets nobody in/],
  [{ PLANTAIN_OIDC_ISSUER: '' }, /PLANTAIN_OIDC_CLIENT_ID has no effect without oidc.issuer/],
  [{ PLANTAIN_OIDC_ISSUER: 'http://id.example' }, /PLANTAIN_OIDC_ISSUER must be https/],
  [{ PLANTAIN_OIDC_ISSUER: 'https://a:b@id.example' }, /must be the address of an issuer/],
  [
    { PLANTAIN_OIDC_ISSUER: 'https://id.example/.well-known/openid-configuration' },
    /without user name, query or/,
  ],
  [{ PLANTAIN_OIDC_ISSUER: 'https://id.example?x' }, /must be the address of an issuer/],
  [{ PLANTAIN_OIDC_SCOPES: 'profile' }, /PLANTAIN_OIDC_SCOPES must be openid/],
  [{ PLANTAIN_OIDC_NAME: '<b>' }, /PLANTAIN_OIDC_NAME must be a name/],
])('%j is refused', (env, problem) => {
  expect(() => load({ ...enough, ...env })).toThrow(problem);
});

test('plain HTTP will do on this machine, and where the operator allows it', () => {
  for (const issuer of ['http://127.0.0.1:8080', 'http://localhost/realm', 'http://[::1]:1'])
    expect(load({ ...enough, PLANTAIN_OIDC_ISSUER: issuer }).config.oidc.issuer).toBe(issuer);
  const insecure = { PLANTAIN_OIDC_ISSUER: 'http://id.internal', PLANTAIN_CONSOLE_INSECURE: 'true' };
  expect(load({ ...enough, ...insecure }).config.oidc.issuer).toBe('http://id.internal');
});

test('the secret of the client is shown nowhere', () => {
  const { config, originOf } = load({ ...enough, PLANTAIN_OIDC_CLIENT_SECRET: 'very secret' });
  expect(config.oidc.clientSecret).toBe('very secret');
  const shown = explainConfig({ config, originOf }).find(({ field }) => field === 'oidc.client_secret');
  expect(shown?.isSecret).toBe(true);
});
