import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { hangUps } from './hang-up.ts';

function serverOf(terminal: { isThere: boolean }) {
  const source = Object.assign(new EventEmitter(), { exit: () => undefined });
  let reloads = 0;
  const { gone, release } = hangUps(
    () => reloads++,
    source,
    () => terminal.isThere,
  );
  let hasGone = false;
  void gone.then(() => {
    hasGone = true;
  });
  const hangUp = async (): Promise<[number, boolean]> => {
    source.emit('SIGHUP', 'SIGHUP');
    await Promise.resolve();
    return [reloads, hasGone];
  };
  return { hangUp, release, source };
}

test('SIGHUP reloads a daemon, which never had a terminal, as often as it comes', async () => {
  const { hangUp } = serverOf({ isThere: false });
  expect(await hangUp()).toEqual([1, false]);
  expect(await hangUp()).toEqual([2, false]);
});

test('in a terminal it reloads while the terminal is there, and stops the server when that has gone', async () => {
  const terminal = { isThere: true };
  const { hangUp } = serverOf(terminal);
  expect(await hangUp()).toEqual([1, false]);
  terminal.isThere = false;
  expect(await hangUp()).toEqual([1, true]);
});

test('once released, it listens no more', () => {
  const { release, source } = serverOf({ isThere: true });
  release();
  expect(source.listenerCount('SIGHUP')).toBe(0);
});
