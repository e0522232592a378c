import { expect, test } from 'vitest';
import { apiRoot } from './api-root.ts';

test.each([
  ['https://g.example', '/v1beta'],
  ['https://g.example/', '/v1beta'],
  ['https://g.example/v1beta', '/v1beta'],
  ['https://g.example/v1beta/', '/v1beta'],
  ['https://g.example//v1beta//', '/v1beta'],
  ['https://g.example/v1beta/v1beta', '/v1beta'],
  ['https://g.example/relay/v1/v1beta', '/relay/v1'],
  ['https://g.example/v1/relay', '/v1/relay/v1beta'],
  ['https://g.example/V1', '/V1'],
  ['https://g.example/v1', '/v1'],
  ['https://g.example/v1alpha', '/v1alpha'],
  ['https://g.example/v1beta/models', '/v1beta'],
  ['https://g.example/v1beta/models/gemini-2.5-flash-image:generateContent', '/v1beta'],
  ['https://g.example/v1beta/openai/', '/v1beta'],
  ['https://g.example/relay/v1beta/openai', '/relay/v1beta'],
  ['https://g.example/relay/openai', '/relay/openai/v1beta'],
  ['https://g.example/gemini', '/gemini/v1beta'],
  ['https://g.example//relay//gemini/', '/relay/gemini/v1beta'],
  ['https://g.example/relay/v1beta', '/relay/v1beta'],
  ['https://g.example/openai', '/openai/v1beta'],
  ['https://g.example/models', '/models/v1beta'],
  ['https://g.example/models/v1beta/models', '/models/v1beta'],
  ['https://g.example/vault', '/vault/v1beta'],
])(
  'hugohe3/ppt-master#24, vybestack/llxprt-code#1693, snailyp/gemini-balance#154: below %s the API is at %s',
  (baseUrl, path) => {
    expect(apiRoot(baseUrl, 'v1beta')).toEqual({ origin: 'https://g.example', path });
  },
);
