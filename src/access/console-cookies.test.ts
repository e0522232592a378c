import { expect, test } from 'vitest';
import { readCookie, writeCookie } from './console-cookies.ts';

test('a cookie is held by this host alone, and no script reads it', () => {
  expect(writeCookie('session', 'abc', true)).toBe(
    '__Host-plantain_session=abc; Secure; HttpOnly; SameSite=Strict; Path=/',
  );
  expect(writeCookie('login', 'abc', false, 600)).toBe(
    'plantain_login=abc; Max-Age=600; HttpOnly; SameSite=Strict; Path=/',
  );
  expect(writeCookie('session', undefined, true, 600)).toBe(
    '__Host-plantain_session=; Max-Age=0; Secure; HttpOnly; SameSite=Strict; Path=/',
  );
});

test('the secure one is read, the plain one only where that is allowed, and after it', () => {
  const both = 'a=b; plantain_session=plain ;__Host-plantain_session=safe; c';
  expect(readCookie('session', both, true)).toEqual({ value: 'safe', isSecure: true });
  expect(readCookie('session', 'plantain_session=plain', true)).toEqual({ value: 'plain', isSecure: false });
  expect(readCookie('session', 'plantain_session=plain', false)).toBeUndefined();
  expect(readCookie('login', both, true)).toBeUndefined();
  expect(readCookie('session', undefined, true)).toBeUndefined();
  expect(readCookie('session', '__Host-plantain_session', false)).toEqual({ value: '', isSecure: true });
});
