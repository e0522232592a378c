import { beforeEach, describe, expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { type ConsoleLoginOptions, ConsoleLogin, type LoginProof } from './console-login.ts';
import { LoginGuard } from './login-guard.ts';
import type { NewSession } from './sessions.ts';

type Caller = Parameters<ConsoleLogin['open']>[0];

const caller: Caller = {
  credentials: { authorization: undefined, apiKey: undefined },
  address: '192.0.2.7',
  isLocal: false,
  method: 'POST',
  headers: {
    origin: 'https://pictures.example',
    'content-type': 'application/json',
    'user-agent': 'a browser',
    cookie: '__Host-plantain_login=held',
  },
  origin: 'https://pictures.example',
  needs: 'viewer',
  isAct: true,
} as unknown as Caller;

let opened: NewSession[];
let wrong: string[];
let failure: Error | undefined;
let settings: { isOpen: boolean; insecure: boolean };
let login: ConsoleLogin;

beforeEach(() => {
  opened = [];
  wrong = [];
  failure = undefined;
  settings = { isOpen: true, insecure: false };
  const guard = new LoginGuard(() => 0);
  const note = guard.wrong.bind(guard);
  guard.wrong = (address) => {
    wrong.push(address);
    note(address);
  };
  const options: ConsoleLoginOptions = {
    secrets: () => ({ admin: 'one', viewer: 'two' }),
    sessions: {
      open: async (session) => {
        opened.push(session);
        return { token: 'token', operator: { role: session.role, name: session.name } };
      },
    },
    claim: { use: (token) => token === 'fresh' },
    people: {
      begin: async (returnTo) => ({
        address: `https://idp.example/?${returnTo}`,
        state: 'state',
        held: 'held',
      }),
      finish: async (answer, held) => {
        if (failure !== undefined) throw failure;
        return { role: 'viewer', name: `${answer} by ${held}`, ground: 'agreed', signOut: 'sealed' };
      },
    },
    guard,
    isOpenToOthers: () => settings.isOpen,
    own: () => ({
      publicUrl: undefined,
      hosts: ['pictures.example'],
      insecure: settings.insecure,
    }),
  };
  login = new ConsoleLogin(options);
});

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => expect.fail('it is refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PlantainError)) throw error;
  return error.code;
};

describe('a session', () => {
  test.each<[LoginProof, object]>([
    [{ secret: 'one' }, { role: 'admin', name: 'admin secret', ground: 'one' }],
    [{ secret: 'two' }, { role: 'viewer', name: 'viewer secret', ground: 'two' }],
    [{ claim: 'fresh' }, { role: 'admin', name: 'claim link', ground: 'one' }],
    [{ answer: 'code' }, { role: 'viewer', name: 'code by held', ground: 'agreed', signOut: 'sealed' }],
  ])('is opened by %j, for who that is, and held by a cookie', async (proof, who) => {
    expect(await login.open(caller, proof)).toMatchObject({
      token: 'token',
      cookie: '__Host-plantain_session=token; Secure; HttpOnly; SameSite=Strict; Path=/',
    });
    expect(opened).toEqual([{ ...who, address: '192.0.2.7', userAgent: 'a browser' }]);
    expect(wrong).toEqual([]);
  });

  test('of a browser that does not say what it is has no name of one', async () => {
    const { 'user-agent': _none, ...headers } = caller.headers;
    await login.open({ ...caller, headers }, { secret: 'one' });
    expect(opened[0]?.userAgent).toBe('');
  });

  test('is not opened by a wrong proof, which counts; after five the address waits, and waiting counts no more', async () => {
    expect(await codeOf(login.open(caller, { claim: 'used' }))).toBe('invalid_admin_secret');
    for (let guess = 0; guess < 4; guess++)
      expect(await codeOf(login.open(caller, { secret: 'three' }))).toBe('invalid_admin_secret');
    expect(wrong).toEqual(Array.from({ length: 5 }, () => '192.0.2.7'));
    expect(await codeOf(login.open(caller, { secret: 'one' }))).toBe('too_many_logins');
    expect([wrong.length, opened]).toEqual([5, []]);
  });

  test('what the provider cannot help, or asks to wait for, is no guess', async () => {
    const codes = ['login_provider_away', 'internal_error', 'too_many_logins', 'login_stale'] as const;
    for (const code of codes) {
      failure = new PlantainError(code, code);
      expect(await codeOf(login.open(caller, { answer: 'code' }))).toBe(code);
    }
    expect(wrong).toHaveLength(1);
    failure = new Error('a bug');
    await expect(login.open(caller, { answer: 'code' })).rejects.toBe(failure);
    expect(wrong).toHaveLength(1);
  });

  test('whatever comes of an answer of the provider, the attempt is not kept', async () => {
    failure = new PlantainError('login_stale', 'stale');
    const taken = (cookie: string) => ({ headers: { 'set-cookie': cookie } });
    await expect(login.open(caller, { answer: 'code' })).rejects.toMatchObject(
      taken('__Host-plantain_login=; Max-Age=0; Secure; HttpOnly; SameSite=Strict; Path=/'),
    );
    settings.insecure = true;
    const origin = 'http://pictures.example';
    const plain = {
      ...caller,
      origin,
      headers: { ...caller.headers, origin, cookie: 'plantain_login=held' },
    };
    const plainCookie = 'plantain_login=; Max-Age=0; HttpOnly; SameSite=Strict; Path=/';
    await expect(login.open(plain, { answer: 'code' })).rejects.toMatchObject(taken(plainCookie));
    const without = { ...plain, headers: { ...plain.headers, cookie: undefined } };
    await expect(login.open(without, { answer: 'code' })).rejects.toMatchObject(taken(plainCookie));
  });
});

test('others than this machine come in only where that is open, and over a connection that nobody reads', async () => {
  settings.isOpen = false;
  expect(await codeOf(login.open(caller, { secret: 'one' }))).toBe('admin_api_closed');
  await login.open({ ...caller, isLocal: true }, { secret: 'one' });
  settings.isOpen = true;
  const origin = 'http://pictures.example';
  const plain = { ...caller, origin, headers: { ...caller.headers, origin } };
  expect(await codeOf(login.open(plain, { secret: 'one' }))).toBe('insecure_connection');
  settings.insecure = true;
  expect((await login.open(plain, { secret: 'one' })).cookie).toBe(
    'plantain_session=token; HttpOnly; SameSite=Strict; Path=/',
  );
  const foreign = { ...caller, headers: { ...caller.headers, origin: 'https://evil.example' } };
  expect(await codeOf(login.open(foreign, { secret: 'one' }))).toBe('origin_refused');
});

test('a sign-in at the provider begins from a page of ours, comes back to one, and is held for ten minutes', async () => {
  const page = 'https://pictures.example/console/login';
  expect(await login.begin(caller, page)).toEqual({
    address: `https://idp.example/?${page}`,
    state: 'state',
    cookie: '__Host-plantain_login=held; Max-Age=600; Secure; HttpOnly; SameSite=Strict; Path=/',
  });
  for (const other of ['https://evil.example/', 'http://pictures.example/', 'nonsense'])
    expect(await codeOf(login.begin(caller, other))).toBe('invalid_value');
});
