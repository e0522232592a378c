import { expect, test } from 'vitest';
import { fileJson } from './file-json.ts';

const file = {
  storageId: 'secret',
  keyId: 'key_1',
  name: 'my-file',
  displayName: 'My file',
  mimeType: 'image/png',
  sizeBytes: 1234,
  sha256: 'aGFzaA==',
  createdAtMs: Date.UTC(2026, 1, 3, 4, 5, 6),
  expiresAtMs: Date.UTC(2026, 1, 5, 4, 5, 6),
};

test('a file is described in the words of Google, with an address of this server, and nothing of where it lies', () => {
  expect(fileJson(file, 'https://gw.example')).toEqual({
    name: 'files/my-file',
    displayName: 'My file',
    mimeType: 'image/png',
    sizeBytes: '1234',
    createTime: '2026-02-03T04:05:06.000Z',
    updateTime: '2026-02-03T04:05:06.000Z',
    expirationTime: '2026-02-05T04:05:06.000Z',
    sha256Hash: 'aGFzaA==',
    uri: 'https://gw.example/v1beta/files/my-file',
    state: 'ACTIVE',
    source: 'UPLOADED',
  });
});

test('one without a name for people has no such member', () => {
  expect(fileJson({ ...file, displayName: undefined }, 'https://gw.example')).not.toHaveProperty(
    'displayName',
  );
});
