import { expect, test } from 'vitest';
import { plainScope } from '../../test/support/plain-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { OpenScopes } from './open-scopes.ts';

test('abortAll gives up all that are open with the reason, and only those', () => {
  const scopes = new OpenScopes();
  const [first, second, ended] = [plainScope(), plainScope(), plainScope()];
  for (const scope of [first, second, ended]) scopes.add(scope);
  ended.end();
  const reason = new PlantainError('server_stopping', 'The server is stopping.');
  scopes.abortAll(reason);
  expect(first.signal.reason).toBe(reason);
  expect(second.signal.reason).toBe(reason);
  expect(ended.signal.aborted).toBe(false);
});

test('whenEmpty waits for the last, and not for ever', async () => {
  const scopes = new OpenScopes();
  await scopes.whenEmpty(60_000);
  const scope = plainScope();
  scopes.add(scope);
  await scopes.whenEmpty(1);
  let isEmpty = false;
  const empty = scopes.whenEmpty(60_000).then(() => {
    isEmpty = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(isEmpty).toBe(false);
  scope.end();
  await empty;
});
