import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalUrl } from './canonical-url.ts';

describe('canonicalUrl', () => {
  test.each([
    '/v1/images/generations',
    '/images/generations',
    '/v1/v1/images/generations',
    '/v1/v1/v1/images/generations',
    '/v1/images/generations/',
    '//v1//images///generations',
    '/openai/v1/images/generations',
    '/openai/v1/v1/images/generations/',
    '/v1v1/images/generations',
    '/v1v1v1/images/generations',
    '/v1/v1v1/images/generations',
    '/openai/images/generations',
    '/openai/v1v1/images/generations',
    '/openai/openai/v1/images/generations',
    '/v1/openai/images/generations',
    '/v1beta/openai/images/generations',
    'http://example.com/v1/images/generations',
    'HTTPS://user@example.com:8080/openai//images/generations/',
  ])('%s is the one path', (path) => {
    expect(canonicalUrl(path)).toBe('/v1/images/generations');
    expect(canonicalUrl(`${path}?api-version=2024-02-01&x=//y/`)).toBe(
      '/v1/images/generations?api-version=2024-02-01&x=//y/',
    );
  });

  test.each([
    ['/models', '/v1/models'],
    ['/v1/models/', '/v1/models'],
    ['/models/models%2Fgemini-3-pro-image', '/v1/models/models%2Fgemini-3-pro-image'],
    ['/v1/v1/models/gemini-3-pro-image', '/v1/models/gemini-3-pro-image'],
    ['/openai/models', '/v1/models'],
    ['/openai/models/gpt-image-1?api-version=1', '/v1/models/gpt-image-1?api-version=1'],
    ['/v1v1/models', '/v1/models'],
    ['/v1beta/openai/models/', '/v1/models'],
    ['/openai/openai/deployments/x/images/edits', '/openai/deployments/x/images/edits'],
    ['/v1/deployments/x/images/edits', '/openai/deployments/x/images/edits'],
    ['/deployments/x/images/generations/', '/openai/deployments/x/images/generations'],
    ['http://example.com', '/'],
    ['http://example.com?x=/1', '/?x=/1'],
    ['http://example.com/healthz', '/healthz'],
    ['/v1/images/edits', '/v1/images/edits'],
    // Only what stands at the front is the console.
    ['/x//console/', '/x/console'],
    ['/consolex//y', '/consolex/y'],
    ['/console', '/console'],
    ['/images/variations', '/v1/images/variations'],
    [
      '/openai/deployments/x/images/generations?api-version=1',
      '/openai/deployments/x/images/generations?api-version=1',
    ],
  ])('%s becomes %s', (url, canonical) => {
    expect(canonicalUrl(url)).toBe(canonical);
  });

  test.each([
    '/',
    '/healthz',
    '/images/0123456789abcdefABCDEFxy.png?expires=1&signature=2',
    '/imagesx/generations',
    '/modelsx',
    '/console//assets/',
    '/x/deployments/y/images/edits',
    '/v1',
    '/v1/chat/completions',
    '/v10/images/generations',
    '/v1x/images/generations',
    '/v1v2/images/generations',
    '/openaiv1/images/generations',
    '/v1beta/models/gemini-3-pro-image',
    '/v1beta/images/generations',
    '/deployments/x/y/images/generations',
    '/x/v1/images/generations',
  ])('%s is left alone', (url) => {
    expect(canonicalUrl(url)).toBe(url);
  });

  test('is idempotent, and never touches the query', () => {
    const segment = fc.constantFrom(
      'v1',
      'images',
      'generations',
      'edits',
      'models',
      'openai',
      'x',
      '',
      '.',
      '%2F',
    );
    const url = fc
      .tuple(fc.array(segment, { maxLength: 8 }), fc.option(fc.string({ maxLength: 20 }), { nil: undefined }))
      .map(([segments, query]) => `/${segments.join('/')}${query === undefined ? '' : `?${query}`}`);
    fc.assert(
      fc.property(url, (text) => {
        const once = canonicalUrl(text);
        expect(canonicalUrl(once)).toBe(once);
        expect(once.startsWith('/')).toBe(true);
        expect(once.slice(once.indexOf('?') >>> 0)).toBe(text.slice(text.indexOf('?') >>> 0));
      }),
      { numRuns: 2000 },
    );
  });
});
