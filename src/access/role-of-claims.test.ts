import { expect, test } from 'vitest';
import { roleOfClaims } from './role-of-claims.ts';

const rules = { roleClaim: 'groups', admins: ['ops', 'CN=ops,O=x'], viewers: ['staff'] };

test.each([
  [{ groups: ['staff', 'ops'] }, 'admin'],
  [{ groups: 'ops' }, 'admin'],
  [{ groups: ['CN=ops,O=x'] }, 'admin'],
  [{ groups: { ops: { org: 'x' } } }, 'admin'],
  [{ groups: ['staff'] }, 'viewer'],
  [{ groups: ['OPS', 'ops ', 'opsx', ['ops'], 7, null] }, undefined],
  [{ groups: 'staff ops' }, undefined],
  [{ groups: [] }, undefined],
  [{ groups: null }, undefined],
  [{}, undefined],
])('%j is %s', (claims, role) => {
  expect(roleOfClaims(claims, rules)).toBe(role);
});

test('a claim may lie in an object, or have dots in its own name, and no object has more than was told', () => {
  const claims = { realm_access: { roles: ['ops'] }, 'https://x.example/roles': ['staff'] };
  expect(roleOfClaims(claims, { ...rules, roleClaim: 'realm_access.roles' })).toBe('admin');
  expect(roleOfClaims(claims, { ...rules, roleClaim: 'https://x.example/roles' })).toBe('viewer');
  for (const roleClaim of ['realm_access.none', 'none.roles', 'constructor.name', 'toString'])
    expect(roleOfClaims(claims, { roleClaim, admins: ['Object', 'toString'], viewers: [] })).toBeUndefined();
});

test('an address counts where the provider has proved it', () => {
  const byMail = { roleClaim: 'email', admins: ['ada@x.example'], viewers: [] };
  expect(roleOfClaims({ email: 'ada@x.example', email_verified: true }, byMail)).toBe('admin');
  for (const email_verified of [false, undefined, 'true', 1])
    expect(roleOfClaims({ email: 'ada@x.example', email_verified }, byMail)).toBeUndefined();
});
