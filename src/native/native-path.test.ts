import { expect, test } from 'vitest';
import { nativeCall } from './native-path.ts';

test.each(['v1', 'v1beta', 'v1beta1', 'v1alpha'])(
  'a model of %s is asked at every path of Google’s',
  (version) => {
    const paths = [
      `/${version}/models/m`,
      `/${version}/publishers/google/models/m`,
      `/${version}/projects/p/locations/global/publishers/google/models/m`,
      `/${version}/models/%6D`,
    ];
    for (const path of paths) {
      for (const name of ['generateContent', 'streamGenerateContent', 'countTokens', 'predict'])
        expect(nativeCall('POST', `${path}:${name}`)).toEqual({ name, version, model: 'm' });
      for (const method of ['GET', 'HEAD'])
        expect(nativeCall(method, path)).toEqual({ name: 'get-model', version, model: 'm' });
    }
  },
);

test.each([
  ['GET', '/v1/models', { name: 'list-models' }],
  ['HEAD', '/v1beta1/models', { name: 'list-models' }],
  ['POST', '/upload/v1/files', { name: 'upload' }],
  ['PUT', '/upload/v1beta/files', { name: 'upload' }],
  ['GET', '/v1alpha/files', { name: 'list-files' }],
  ['GET', '/v1beta/files/f', { name: 'get-file', file: 'f' }],
  ['GET', '/v1beta/files/f:download', { name: 'download-file', file: 'f' }],
  ['DELETE', '/v1beta/files/f', { name: 'delete-file', file: 'f' }],
])('%s %s is %j', (method, path, expected) => {
  expect(nativeCall(method, path)).toEqual(expected);
});

test.each([
  ['GET', '/v1/models/m:generateContent', 'models:generateContent'],
  ['POST', '/v1/models/m', 'models'],
  ['DELETE', '/v1/models/m', 'models'],
  ['POST', '/v1/models/m:embedContent', 'models:embedContent'],
  ['POST', '/v1/models', 'models'],
  ['POST', '/v2/models/m:generateContent', 'models'],
  ['POST', '/x/v1/models/m:generateContent', 'x'],
  ['GET', '/v1/models/m:x/y', 'models'],
  ['GET', '/x/v1/models', 'x'],
  ['GET', '/v1/models/', 'models'],
  ['GET', '/upload/v1/files', 'upload'],
  ['POST', '/x/upload/v1/files', 'x'],
  ['POST', '/upload/v1/files/x', 'upload'],
  ['DELETE', '/v1/files', 'files'],
  ['DELETE', '/v1/files/f:download', 'files'],
  ['POST', '/v1/files', 'files'],
  ['GET', '/x/v1/files', 'x'],
  ['GET', '/v1/files/f/g', 'files'],
  ['POST', '/v1/cachedContents', 'cachedContents'],
  ['POST', '/v1/tuned<b>Models', 'tunedbModels'],
  ['POST', '/v1/%E0%A4%A', 'E0A4A'],
  ['POST', '/v1', ''],
  ['POST', `/v1/${'x'.repeat(99)}`, 'x'.repeat(60)],
])('%s %s is not served, and the error names it: %s', (method, path, named) => {
  expect(() => nativeCall(method, path)).toThrow(
    expect.objectContaining({
      code: 'unknown_url',
      message: expect.stringContaining(`${method} ${named} is not served`) as string,
    }),
  );
});
