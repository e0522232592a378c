import { expect, test } from 'vitest';
import { listensLocally, servesConsole } from './console-section.ts';
import { loadConfig } from './load-config.ts';

const secret = 'plantain-admin-of-this-test';
const load = (env: Record<string, string>) => loadConfig({ env, cwd: '/' }).config;

test.each([
  [{}, true],
  [{ PLANTAIN_HOST: 'localhost' }, true],
  [{ PLANTAIN_HOST: '::1' }, true],
  [{ PLANTAIN_HOST: '0.0.0.0' }, false],
  [{ PLANTAIN_HOST: '192.168.1.5' }, false],
  [{ PLANTAIN_HOST: '0.0.0.0', PLANTAIN_ADMIN_SECRET: secret }, true],
  [{ PLANTAIN_HOST: '0.0.0.0', PLANTAIN_ADMIN_SECRET: secret, PLANTAIN_CONSOLE_ENABLED: 'false' }, false],
  [{ PLANTAIN_CONSOLE_ENABLED: 'false' }, false],
])('with %j the console is served: %s', (env, isServed) => {
  expect(servesConsole(load(env))).toBe(isServed);
});

test('asked for where others reach it and no secret is theirs, the server does not start', () => {
  expect(() => load({ PLANTAIN_HOST: '0.0.0.0', PLANTAIN_CONSOLE_ENABLED: 'true' })).toThrow(
    /PLANTAIN_CONSOLE_ENABLED is true on an address that others reach.*PLANTAIN_ADMIN_SECRET/,
  );
  const both = { PLANTAIN_ADMIN_SECRET: secret, PLANTAIN_ADMIN_VIEWER_SECRET: secret };
  expect(() => load(both)).toThrow(/viewers would be admins/);
});

test('other names are whole ones: what would match nothing is refused', () => {
  const hosts = (names: string) => load({ PLANTAIN_CONSOLE_HOSTS: names }).console.hosts;
  expect(hosts('Draw.example.com, plantain')).toEqual(['draw.example.com', 'plantain']);
  for (const names of [
    '*',
    '*.example.com',
    '.example.com',
    'a.example:4747',
    'https://a.example',
    '10.0.0.0/8',
    'a..b',
  ])
    expect(() => hosts(names)).toThrow(/PLANTAIN_CONSOLE_HOSTS must be a list of whole host names/);
});

test('only addresses of this machine alone count as local', () => {
  expect(['127.0.0.1', '127.1.2.3', 'LOCALHOST', '[::1]'].every(listensLocally)).toBe(true);
  expect(
    ['0.0.0.0', '::', '127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1'].some(listensLocally),
  ).toBe(false);
});
