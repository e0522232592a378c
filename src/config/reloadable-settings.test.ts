import { expect, test } from 'vitest';
import { type Config, configSettings } from './config-schema.ts';
import { loadConfig } from './load-config.ts';
import { reloadedConfig, reloads } from './reloadable-settings.ts';

const configOf = (env: Readonly<Record<string, string>>): Config =>
  loadConfig({ env, cwd: '/nowhere' }).config;

test('what a reload puts in force is taken from the fresh configuration, everything else stays as it began', () => {
  const inForce = configOf({ PLANTAIN_PORT: '4747', PLANTAIN_LOG_LEVEL: 'info' });
  const fresh = configOf({
    PLANTAIN_PORT: '5000',
    PLANTAIN_DATA_DIR: '/elsewhere',
    PLANTAIN_LOG_LEVEL: 'warn',
    PLANTAIN_LIMITS_UPSTREAM_TRIES: '5',
    PLANTAIN_CORS_ORIGINS: 'https://app.example.com',
    GEMINI_API_KEY: 'another-key',
  });
  const { config, changed, waiting } = reloadedConfig(inForce, fresh);
  expect(waiting).toEqual(['port', 'data_dir']);
  expect(changed).toEqual(['gemini.api_key', 'limits.upstream_tries', 'cors.origins', 'log.level']);
  expect(config).toEqual({
    ...inForce,
    gemini: fresh.gemini,
    limits: { ...inForce.limits, upstreamTries: 5 },
    cors: fresh.cors,
    log: { ...inForce.log, level: 'warn' },
  });
});

test('nothing changed is nothing to do, and the same configuration stays in force', () => {
  const inForce = configOf({});
  const { config, changed, waiting } = reloadedConfig(inForce, configOf({}));
  expect([config === inForce, changed, waiting]).toEqual([true, [], []]);
});

test('a setting that was taken out of the file falls back to its default', () => {
  const inForce = configOf({ GEMINI_API_KEY: 'a-key', PLANTAIN_PUBLIC_URL: 'https://a.example' });
  expect(reloadedConfig(inForce, configOf({})).config).toEqual(configOf({}));
});

test('where the server stands and what it holds waits for the next start', () => {
  const names = configSettings.filter((setting) => !reloads(setting)).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['host', 'port', 'data_dir', 'bootstrap_key', 'trust_proxy', 'log.format']),
  );
});
