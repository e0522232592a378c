import { expect, test } from 'vitest';
import { chunk, ends, head, scriptedAgent } from '../../../test/support/scripted-agent.ts';
import { checkGoogleKey } from './check-key.ts';

const check = (status: number, body: object | string) =>
  checkGoogleKey(
    scriptedAgent([head(status), chunk(typeof body === 'string' ? body : JSON.stringify(body)), ends]),
    async () => ({ origin: 'http://g.example', path: '/', method: 'POST' }),
    AbortSignal.timeout(5000),
    () => 1000,
  );
const error = (code: number, message: string, status: string) => ({ error: { code, message, status } });

test.each([
  [200, {}, { fault: null, reason: '' }],
  [404, error(404, 'models/x is not found.', 'NOT_FOUND'), { fault: null, reason: '' }],
  [
    400,
    error(400, 'API key not valid.', 'INVALID_ARGUMENT'),
    { fault: 'credential', reason: 'INVALID_ARGUMENT API key not valid.' },
  ],
  [400, '', { fault: 'caller', reason: '' }],
  [503, error(503, 'Busy.', 'UNAVAILABLE'), { fault: 'capacity', reason: 'UNAVAILABLE Busy.' }],
] as const)('an answer of %i, %j, says of the key: %j', async (status, body, said) => {
  expect(await check(status, body)).toEqual({ ...said, dateMs: undefined, httpStatus: status });
});
