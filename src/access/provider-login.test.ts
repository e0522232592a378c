import { beforeEach, expect, test } from 'vitest';
import type { Identity, IdentityProvider } from './identity-provider.ts';
import { attemptLifetimeSeconds, ProviderLogin } from './provider-login.ts';

const returnTo = 'https://pictures.example/console/login/back';
const seal = {
  close: (text: string) => `sealed ${text}`,
  open: (text: string) => (text.startsWith('sealed ') ? text.slice(7) : undefined),
};

let nowMs: number;
let identity: Identity;
let isTrusted: boolean;
let isAway: boolean;
let login: ProviderLogin;

beforeEach(() => {
  nowMs = 1000;
  identity = { subject: '1', claims: { roles: ['ops'], email: 'ada@example' }, idToken: 'token' };
  isTrusted = true;
  isAway = false;
  const provider: IdentityProvider = {
    begin: async (page) => ({
      address: 'https://idp.example/',
      attempt: { state: 'the state', nonce: 'n', codeVerifier: 'v', returnTo: page },
    }),
    finish: async () => identity,
    signOutAddress: async (idToken, page) => {
      if (isAway) throw new Error('away');
      return `https://idp.example/out?${idToken ?? 'nobody'}&${page}`;
    },
  };
  const rules = { roleClaim: 'roles', admins: ['ops'], viewers: ['all'] };
  const trusted = { provider, rules, ground: 'agreed' };
  login = new ProviderLogin({
    trusted: () => (isTrusted ? trusted : undefined),
    seal,
    clock: { nowMs: () => nowMs },
  });
});

const held = async (): Promise<string> => (await login.begin(returnTo)).held;
const nameFor = async (subject: string, claims: Identity['claims']): Promise<string> => {
  identity = { subject, claims: { roles: ['all'], ...claims }, idToken: undefined };
  return (await login.finish('state=the%20state', await held())).name;
};
const stale = { code: 'login_stale' };

test('one who comes back in time, to the browser that began it, is who the provider says', async () => {
  const begun = await login.begin(returnTo);
  expect(begun).toMatchObject({ address: 'https://idp.example/', state: 'the state' });
  nowMs += attemptLifetimeSeconds * 1000 - 1;
  expect(await login.finish('code=x&state=the+state', begun.held)).toEqual({
    role: 'admin',
    name: 'ada@example (1)',
    ground: 'agreed',
    signOut: `sealed ${JSON.stringify({ idToken: 'token', returnTo })}`,
  });
  expect(attemptLifetimeSeconds).toBe(600);
});

test('who comes too late, in another browser, or with another state has to begin again', async () => {
  const mine = await held();
  await expect(login.finish('state=the+state', undefined)).rejects.toMatchObject(stale);
  await expect(login.finish('state=the+state', 'made up')).rejects.toMatchObject(stale);
  await expect(login.finish('state=other', mine)).rejects.toMatchObject(stale);
  await expect(login.finish('', mine)).rejects.toMatchObject(stale);
  nowMs += 600_000;
  await expect(login.finish('state=the+state', mine)).rejects.toMatchObject(stale);
});

test('who may do nothing here is told which claim says so', async () => {
  identity = { ...identity, claims: { roles: ['other'] } };
  await expect(login.finish('state=the+state', await held())).rejects.toMatchObject({
    code: 'login_without_role',
    message: expect.stringMatching(/signed in as 1, who .* the claim roles /) as string,
  });
});

test('a name is one that people know, with the provider’s own, and safe to print', async () => {
  const claims = { preferred_username: ' ', email: 'ada@example', name: 'Ada' };
  expect(await nameFor('1', claims)).toBe('ada@example (1)');
  expect(await nameFor('1', { ...claims, preferred_username: ' ada ' })).toBe('ada (1)');
  expect(await nameFor('1', { preferred_username: 7, name: 'Ada\u001b' })).toBe('Ada\\u001b (1)');
  expect(await nameFor('ada', { name: 'ada' })).toBe('ada');
  expect(await nameFor('1\n', {})).toBe('1\\u000a');
  expect(await nameFor('1', { name: 'n'.repeat(101) })).toBe(`${'n'.repeat(100)} (1)`);
  expect(await nameFor('s'.repeat(256), {})).toBe('s'.repeat(255));
});

test('signing out there goes by what the provider signed, unless that is too long for an address', async () => {
  const signOut = async (idToken: string | undefined): Promise<string | undefined> => {
    identity = { ...identity, idToken };
    const person = await login.finish('state=the+state', await held());
    return login.signOutAddress(person.signOut);
  };
  const page = 'https://pictures.example/console/login';
  expect(await signOut('token')).toBe(`https://idp.example/out?token&${page}`);
  expect(await signOut(undefined)).toBe(`https://idp.example/out?nobody&${page}`);
  expect(await signOut('t'.repeat(6000))).toBe(`https://idp.example/out?${'t'.repeat(6000)}&${page}`);
  expect(await signOut('t'.repeat(6001))).toBe(`https://idp.example/out?nobody&${page}`);
  isAway = true;
  expect(await signOut('token')).toBeUndefined();
});

test('without a provider nobody signs in by one, and nobody is sent there to sign out', async () => {
  const mine = await held();
  const { signOut } = await login.finish('state=the+state', mine);
  expect(await login.signOutAddress('made up')).toBeUndefined();
  isTrusted = false;
  await expect(login.begin(returnTo)).rejects.toMatchObject({ code: 'not_found' });
  await expect(login.finish('state=the+state', mine)).rejects.toMatchObject({ code: 'not_found' });
  expect(await login.signOutAddress(signOut)).toBeUndefined();
});
