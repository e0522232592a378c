import { expect, test } from 'vitest';
import { apiAddress } from './api-address.ts';
import { profiles } from './profiles.ts';

const images = 'images/generations';

test.each([
  ['http://127.0.0.1:8080', '/v1/images/generations'],
  ['http://127.0.0.1:8080/', '/v1/images/generations'],
  ['https://api.openai.com/v1', '/v1/images/generations'],
  ['https://api.openai.com/v1/', '/v1/images/generations'],
  ['https://host/v1/images/generations', '/v1/images/generations'],
  ['https://host/v1/images/edits', '/v1/images/generations'],
  ['https://host/images/edits/relay', '/images/edits/relay/v1/images/generations'],
  ['https://host/v1/relay', '/v1/relay/v1/images/generations'],
  ['https://host/OpenAI', '/OpenAI/images/generations'],
  ['https://host/a//b', '/a/b/v1/images/generations'],
  ['https://host/v1beta/openai', '/v1beta/openai/images/generations'],
])('%s leads to %s', (baseUrl, path) => {
  expect(apiAddress({ baseUrl }, profiles.openai).pathOf(images, 'm')).toBe(path);
});

test.each([
  ['https://r.openai.azure.com', undefined, '/openai/v1/images/generations?api-version=v1', false],
  [
    'https://r.openai.azure.com/openai/v1',
    'preview',
    '/openai/v1/images/generations?api-version=preview',
    false,
  ],
  [
    'https://r.openai.azure.com/',
    '2025-04-01-preview',
    '/openai/deployments/my%20deployment/images/generations?api-version=2025-04-01-preview',
    true,
  ],
  [
    'https://r.openai.azure.com/openai/deployments/other',
    '2025-04-01',
    '/openai/deployments/my%20deployment/images/generations?api-version=2025-04-01',
    true,
  ],
])('Azure: %s with the version %s', (baseUrl, apiVersion, path, namesModel) => {
  const address = apiAddress({ baseUrl, apiVersion }, profiles.azure);
  expect(address.pathOf(images, 'my deployment')).toBe(path);
  expect(address.namesModel).toBe(namesModel);
});
