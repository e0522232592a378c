import { expect, test } from 'vitest';
import { failedCall, plainCall } from '../../test/support/plain-call.ts';
import type { Call } from '../journey/call.ts';
import type { OrderEvent } from '../journey/order-events.ts';
import { KeyStates } from './key-states.ts';

const ended = (call: Call): OrderEvent => ({ kind: 'call-ended', call, index: 0 }) as unknown as OrderEvent;
const states = () =>
  new KeyStates([
    { name: 'gemini', hasKey: true },
    { name: 'sandbox', hasKey: false },
  ]);

test('a key is unknown until the upstream was asked, and then what it last said of it', () => {
  const keys = states();
  expect([keys.of('gemini'), keys.of('sandbox')]).toEqual(['unknown', 'not_needed']);
  keys.learn('gemini', { fault: 'credential' });
  expect(keys.of('gemini')).toBe('refused');
  keys.learn('gemini', { fault: null });
  expect(keys.of('gemini')).toBe('accepted');
});

test('failures that say nothing of the key leave it as it was; those of a known key accept it', () => {
  for (const fault of ['upstream', 'ours', 'caller', 'place'] as const) {
    const keys = states();
    keys.learn('gemini', { fault });
    expect(keys.of('gemini'), fault).toBe('unknown');
  }
  for (const fault of ['quota', 'credit', 'capacity'] as const) {
    const keys = states();
    keys.learn('gemini', { fault });
    expect(keys.of('gemini'), fault).toBe('accepted');
  }
});

test('every call tells as much, and the sandbox has no key to learn of', () => {
  const keys = states();
  keys.hear(ended(failedCall('upstream_auth_error', { upstream: 'gemini', fault: 'credential' })));
  expect(keys.of('gemini')).toBe('refused');
  keys.hear(ended(plainCall({ upstream: 'gemini' })));
  expect(keys.of('gemini')).toBe('accepted');
  keys.hear(ended(plainCall({ upstream: 'sandbox' })));
  expect(keys.of('sandbox')).toBe('not_needed');
});
