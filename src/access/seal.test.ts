import { expect, test } from 'vitest';
import { Seal } from './seal.ts';

const seal = new Seal(() => 'the secret of this server', 'test');

test('what is sealed is opened by whoever has the secret, and by nobody else', () => {
  const text = 'verifier and state: ä 🦊';
  const sealed = seal.close(text);
  expect(sealed).toMatch(/^[\w-]+$/);
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('verifier');
  expect(new Seal(() => 'the secret of this server', 'test').open(sealed)).toBe(text);
  expect(new Seal(() => 'another secret', 'test').open(sealed)).toBeUndefined();
  expect(new Seal(() => 'the secret of this server', 'else').open(sealed)).toBeUndefined();
  expect(seal.close(text)).not.toBe(sealed);
});

test('what was changed in any place, cut, or never sealed opens nothing', () => {
  const sealed = Buffer.from(seal.close('text'), 'base64url');
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(seal.open(changed.toString('base64url'))).toBeUndefined();
    expect(seal.open(sealed.subarray(0, at).toString('base64url'))).toBeUndefined();
  }
  for (const stray of ['', 'x', '!!!', 'a'.repeat(4000)]) expect(seal.open(stray)).toBeUndefined();
});
