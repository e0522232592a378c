import { expect, test } from 'vitest';
import { stateDirectory } from './file-places.ts';

test('state lies where the system says, and nowhere when it says nothing', () => {
  expect(stateDirectory({ XDG_STATE_HOME: '/state', HOME: '/home/a' })).toBe('/state/plantain');
  expect(stateDirectory({ XDG_STATE_HOME: 'relative', HOME: '/home/a' })).toBe(
    '/home/a/.local/state/plantain',
  );
  expect(stateDirectory({ HOME: '', LOCALAPPDATA: '' })).toBeUndefined();
  expect(stateDirectory({})).toBeUndefined();
});
