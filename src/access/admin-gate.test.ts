import { beforeEach, expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { type AdminCaller, createAdminGate } from './admin-gate.ts';
import { newApiKey } from './api-key.ts';

const secret = 'plantain-admin-of-this-test';
let isOpenToOthers: boolean;
let told: [number, string][];
let nowMs: number;
let gate: (caller: AdminCaller) => void;
beforeEach(() => {
  isOpenToOthers = false;
  told = [];
  nowMs = 0;
  gate = createAdminGate({
    secret: () => secret,
    isOpenToOthers: () => isOpenToOthers,
    onRefused: (refused, address) => told.push([refused, address]),
    nowMs: () => nowMs,
  });
});

const send = (authorization: string | undefined, isLocal = true, apiKey?: string): string => {
  try {
    const address = '192.0.2.1';
    gate({ credentials: { authorization, apiKey, clientAddress: address }, address, isLocal });
    return 'let in';
  } catch (error) {
    if (!(error instanceof PlantainError)) throw error;
    return `${error.entry.status} ${error.code}`;
  }
};

test('the admin secret as a bearer token lets in, whatever the case of the scheme', () => {
  expect([`Bearer ${secret}`, `bearer  ${secret} `].map((header) => send(header))).toEqual([
    'let in',
    'let in',
  ]);
});

test('nothing else does: no secret, part of it, more than it, another scheme, the api-key header', () => {
  for (const header of [
    undefined,
    'Bearer',
    `Bearer ${secret.slice(0, -1)}`,
    `Bearer ${secret}x`,
    `Bearer ${secret.toUpperCase()}`,
    `Basic ${secret}`,
    secret,
  ])
    expect(send(header)).toBe('401 invalid_admin_secret');
  expect(send(undefined, true, secret)).toBe('401 invalid_admin_secret');
});

test('an API key is told that it is one, not looked up', () => {
  expect(send(`Bearer ${newApiKey()}`)).toBe('403 admin_secret_required');
});

test('other machines are let in only where the operator set a secret, also with the right one', () => {
  expect(send(`Bearer ${secret}`, false)).toBe('403 admin_api_closed');
  isOpenToOthers = true;
  expect(send(`Bearer ${secret}`, false)).toBe('let in');
  expect(send('Bearer guess', false)).toBe('401 invalid_admin_secret');
});

test('a flood of guesses is one line a minute, with how many there were', () => {
  for (let guess = 0; guess < 100; guess++) send('Bearer guess');
  expect(told).toEqual([[1, '192.0.2.1']]);
  nowMs = 60_000;
  send('Bearer guess');
  send(`Bearer ${secret}`);
  expect(told).toEqual([
    [1, '192.0.2.1'],
    [100, '192.0.2.1'],
  ]);
});
