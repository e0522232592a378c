/** A part of the product whose tests are measured together. */
export interface Room {
  readonly name: string;
  /** Folders, whose own files count, and files. */
  readonly sources: readonly string[];
  /** Tests elsewhere that hold guarantees of this room: run when those beside it noticed nothing. */
  readonly elsewhere: readonly string[];
  /** Only its named guards are tried. */
  readonly guardsOnly?: true;
}

export const rooms: readonly Room[] = [
  {
    name: 'bytes',
    sources: ['src/bytes'],
    elsewhere: ['src/server/read-multipart.test.ts', 'test/fuzz/json-fuzzing.test.ts'],
  },
  {
    name: 'google',
    sources: ['src/upstreams/gemini', 'src/upstreams/vertex', 'src/upstreams/credentials'],
    elsewhere: ['test/journey/native.test.ts'],
  },
  {
    name: 'openai-compatible',
    sources: ['src/upstreams/openai-compatible'],
    elsewhere: ['test/journey/openai-upstreams.test.ts'],
  },
  {
    name: 'http',
    sources: ['src/upstreams/http'],
    elsewhere: ['src/upstreams/gemini/gemini-upstream.test.ts', 'test/journey/proxy.test.ts'],
  },
  {
    name: 'client',
    sources: ['src/upstreams/client'],
    elsewhere: ['src/upstreams/gemini/gemini-upstream.test.ts', 'test/journey/proxy.test.ts'],
  },
  { name: 'routing', sources: ['src/routing'], elsewhere: ['test/journey/scenarios.test.ts'] },
  {
    name: 'native',
    sources: ['src/native', 'src/native/files'],
    elsewhere: ['test/journey/native.test.ts'],
  },
  { name: 'usage', sources: ['src/usage'], elsewhere: ['test/journey/generate.test.ts'] },
  {
    name: 'idempotency',
    sources: ['src/idempotency'],
    elsewhere: ['test/journey/claim-interleavings.test.ts', 'test/journey/idempotency.test.ts'],
  },
  { name: 'admission', sources: ['src/admission'], elsewhere: [] },
  { name: 'access', sources: ['src/access'], elsewhere: ['src/store/sql/key-management.test.ts'] },
  {
    name: 'server',
    sources: [
      'src/server/broken-request.ts',
      'src/server/canonical-url.ts',
      'src/server/connections.ts',
      'src/server/content-encoding.ts',
      'src/server/decoded-body.ts',
      'src/server/form-reader.ts',
      'src/server/header-parameters.ts',
      'src/server/idle-watch.ts',
      'src/server/part-headers.ts',
      'src/server/read-body.ts',
      'src/server/read-bytes.ts',
      'src/server/read-multipart.ts',
      'src/server/request-origin.ts',
      'src/server/send-answer.ts',
      'src/server/watch-client.ts',
    ],
    elsewhere: ['test/journey/connections.test.ts'],
  },
  { name: 'mask', sources: ['src/pixels/mask'], elsewhere: [] },
  {
    name: 'journey',
    sources: ['src/journey'],
    elsewhere: ['test/journey/connections.test.ts', 'test/journey/memory.test.ts'],
    guardsOnly: true,
  },
  { name: 'links', sources: ['src/gallery'], elsewhere: [], guardsOnly: true },
  { name: 'headers', sources: ['src/pixels/headers'], elsewhere: [], guardsOnly: true },
  {
    name: 'orders',
    sources: ['src/openai/images'],
    elsewhere: ['test/journey/sizes.test.ts'],
    guardsOnly: true,
  },
];
