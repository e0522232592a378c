import { expect, test } from 'vitest';
import { ModelPlaces } from './model-place.ts';

const base = { baseUrl: 'https://aiplatform.googleapis.com', apiVersion: 'v1', location: 'global' };
const inProject = new ModelPlaces({ ...base, project: 'art-1' });
const express = new ModelPlaces({ ...base, project: undefined });

test.each([
  ['gemini-x', '/v1/projects/art-1/locations/global/publishers/google/models/gemini-x'],
  ['google/gemini-x', '/v1/projects/art-1/locations/global/publishers/google/models/gemini-x'],
  ['other/model', '/v1/projects/art-1/locations/global/publishers/other/models/model'],
  ['publishers/google/models/x', '/v1/projects/art-1/locations/global/publishers/google/models/x'],
  ['models/77', '/v1/projects/art-1/locations/global/models/77'],
  ['projects/b/locations/eu/endpoints/7', '/v1/projects/b/locations/eu/endpoints/7'],
  ['x?y#z', '/v1/projects/art-1/locations/global/publishers/google/models/x%3Fy%23z'],
])('a model called %s is asked at %s', (name, path) => {
  expect(inProject.of(name)).toEqual({ origin: base.baseUrl, modelPath: path });
});

test('without a project a model is asked by the key alone', () => {
  expect(express.of('gemini-x').modelPath).toBe('/v1/publishers/google/models/gemini-x');
});

test('a version in the address is meant, and a path before it stays', () => {
  const places = new ModelPlaces({ ...base, baseUrl: 'http://relay:8080/vertex/v1beta1', project: 'p' });
  expect(places.of('m')).toEqual({
    origin: 'http://relay:8080',
    modelPath: '/vertex/v1beta1/projects/p/locations/global/publishers/google/models/m',
  });
});
