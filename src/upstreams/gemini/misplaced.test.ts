import { expect, test } from 'vitest';
import { noError } from './google-error.ts';
import { misplaced } from './misplaced.ts';

const page = { ...noError, isPage: true as const };

test.each([402, 408, 409, 413, 425, 429, 499])('%i means what it says, in a page too', (status) => {
  expect([misplaced(status, noError), misplaced(status, page)]).toEqual([undefined, undefined]);
});

test.each([400, 401, 403, 422])('%i is the API’s own refusal, unless it comes as a page', (status) => {
  expect(misplaced(status, noError)).toBeUndefined();
  expect(misplaced(status, page)).toContain(`a web page (${status})`);
});

test.each([404, 410])('%i is the API’s own when it speaks of the model, and not in a page', (status) => {
  const gone = { code: 404, message: 'The model is gone.' };
  expect(misplaced(status, { ...noError, ...gone })).toBeUndefined();
  expect(misplaced(status, { ...page, ...gone })).toContain(`a web page (${status})`);
  expect(misplaced(status, noError)).toContain(`status ${status}`);
});

test.each([200, 302, 405, 418, 501, 505, 511])('%i is of a wrong address or a proxy on the way', (status) => {
  expect(misplaced(status, noError)).toContain(`status ${status}: its address, or a proxy on the way`);
});

test.each([500, 502, 503, 504, 520, 529])('%i is a failure, whatever it says of a place', (status) => {
  const words = { status: 'FAILED_PRECONDITION', message: 'not supported in your region' };
  for (const error of [noError, page, { ...noError, ...words }])
    expect(misplaced(status, error)).toBeUndefined();
});
