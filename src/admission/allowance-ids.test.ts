import { expect, test } from 'vitest';
import {
  allowanceId,
  allowanceParts,
  candidateAllowances,
  subjectIdOf,
  templateOf,
} from './allowance-ids.ts';

const digest = '2bfb0K1n7yEh0fZ6QjzAOg';
const userAllowance = (projectId: string, endUser: string): string =>
  allowanceId({ kind: 'user', projectId, endUser });
const user = userAllowance('proj_1', 'ann');

test('an end user stands under a digest of the caller’s name, the same each time', () => {
  expect(user).toMatch(/^proj_1\/user\/[\w-]{22}$/);
  expect(userAllowance('proj_1', 'ann')).toBe(user);
  expect(userAllowance('proj_1', 'bob')).not.toBe(user);
});

test('every allowance that an order may have to keep to', () => {
  const order = { keyId: 'key_1', projectId: 'proj_1', model: 'a/b', endUser: null };
  const own = ['key_1', 'key_1/model/a/b', 'proj_1', 'proj_1/model/a/b'];
  expect(candidateAllowances(order)).toEqual(own);
  expect(candidateAllowances({ ...order, endUser: 'ann' })).toEqual([...own, user]);
});

test('the id of an owner’s allowance, and the subject it belongs to', () => {
  const owners = [
    { kind: 'key', id: 'key_1' },
    { kind: 'project', id: 'proj_1', model: 'a/b' },
    { kind: 'users', projectId: 'proj_1' },
    { kind: 'user', projectId: 'proj_1', endUser: 'ann' },
  ] as const;
  expect(owners.map((owner) => [allowanceId(owner), subjectIdOf(owner)])).toEqual([
    ['key_1', 'key_1'],
    ['proj_1/model/a/b', 'proj_1'],
    ['proj_1/user/*', 'proj_1'],
    [user, 'proj_1'],
  ]);
});

test('what an id says, and whose template counts for it', () => {
  expect(
    ['key_1', 'proj_1/model/a/b', 'proj_1/user/*', `proj_1/user/${digest}`, 'key_1/other/x'].map((id) => [
      allowanceParts(id),
      templateOf(id),
    ]),
  ).toEqual([
    [{ subjectId: 'key_1' }, undefined],
    [{ subjectId: 'proj_1', model: 'a/b' }, undefined],
    [{ subjectId: 'proj_1', isTemplate: true }, 'proj_1/user/*'],
    [{ subjectId: 'proj_1', userDigest: digest }, 'proj_1/user/*'],
    [{ subjectId: 'key_1' }, undefined],
  ]);
});
