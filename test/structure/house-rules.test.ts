import { describe, expect, test } from 'vitest';
import { roomOf, sourceFiles, testFiles } from './source-files.ts';

const files = sourceFiles();
const product = files.filter((file) => file.path.startsWith('src/'));
const stages = ['access', 'idempotency', 'admission', 'routing', 'upstreams', 'pixels', 'gallery', 'usage'];
const common = ['kernel', 'bytes', 'journey'];

/** Which rooms a room may import from, besides itself. What is not listed here does not exist yet. */
const mayImport: Readonly<Record<string, readonly string[] | 'everything'>> = {
  kernel: [],
  bytes: ['kernel'],
  journey: ['kernel', 'bytes'],
  ...Object.fromEntries(stages.map((stage) => [stage, common])),
  openai: common,
  native: common,
  observe: common,
  webhooks: common,
  emulator: [...common, 'painter'],
  painter: ['kernel'],
  config: ['kernel', 'journey'],
  // Implement the ports that stages declare.
  store: [
    ...common,
    'access',
    'usage',
    'gallery',
    'admission',
    'idempotency',
    'native',
    'routing',
    'webhooks',
  ],
  remote: [...common, 'access'],
  server: [...common, 'openai', 'native'],
  admin: [...common, 'openai', 'server', 'usage', 'access', 'admission'],
  cli: [
    ...common,
    'config',
    'access',
    'admission',
    'usage',
    'store',
    'emulator',
    'routing',
    'openai',
    'pixels',
    'admin',
    'webhooks',
    'app',
  ],
  app: 'everything',
  main: ['kernel', 'cli'],
  bench: 'everything',
};

/** Packages that belong to some rooms alone. */
const packageRooms: Readonly<Record<string, readonly string[]>> = {
  fastify: ['server', 'app'],
  undici: ['upstreams', 'remote', 'store', 'cli', 'bench'],
  aws4fetch: ['store'],
  oauth4webapi: ['remote'],
  kysely: ['store'],
  pg: ['store'],
  'node:sqlite': ['store', 'bench'],
  sharp: ['pixels', 'painter', 'cli', 'emulator', 'bench'],
  '@resvg/resvg-js': ['painter', 'cli', 'emulator'],
  pino: ['observe'],
  '@prometheus-io/client': ['observe'],
  ...Object.fromEntries(
    ['api', 'core', 'otlp-transformer', 'resources', 'sdk-trace'].map((name) => [
      `@opentelemetry/${name}`,
      ['observe'],
    ]),
  ),
  commander: ['cli'],
  'tar-stream': ['store'],
  yaml: ['config'],
};

describe('the house', () => {
  test('every room imports only what it may', () => {
    const trespasses = files.flatMap(({ path, room, own }) => {
      const allowed = mayImport[room] ?? [];
      if (allowed === 'everything') return [];
      return own
        .filter((target) => roomOf(target) !== room && !allowed.includes(roomOf(target)))
        .map((target) => `${path} imports ${target}`);
    });
    expect(trespasses).toEqual([]);
  });

  test('only the composition root and the server know the order of the stages', () => {
    const knowers = files
      .filter((file) => file.own.includes('src/journey/make-images.ts'))
      .map((file) => file.path);
    expect(knowers.toSorted()).toEqual([
      'src/app/local-order.ts',
      'src/server/image-routes.ts',
      'src/server/native-routes.ts',
    ]);
  });

  test('packages stay in their rooms', () => {
    const strays = files.flatMap((file) =>
      file.packages
        .filter((name) => packageRooms[name] !== undefined && !packageRooms[name].includes(file.room))
        .map((name) => `${file.path} imports ${name}`),
    );
    expect(strays).toEqual([]);
  });

  test('no circle of imports', () => {
    const graph = new Map(files.map((file) => [file.path, file.own]));
    const done = new Set<string>();
    const walk = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path))
        throw new Error(`circle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`);
      if (done.has(path)) return;
      for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
      done.add(path);
    };
    for (const file of files) walk(file.path, []);
  });

  test('only config reads the environment', () => {
    const readers = product.filter(
      (file) => /\bprocess\.env\b|\bfrom 'node:process'/.test(file.text) && file.room !== 'config',
    );
    expect(readers.map((file) => file.path)).toEqual([]);
  });

  test("Node's HTTP comes without the undici that Node brings along", () => {
    const importers = product.filter((file) => /import (?!type )[^;]*'node:https?'/.test(file.text));
    expect(importers.map((file) => file.path)).toEqual([]);
  });

  test('no file passes 300 lines', () => {
    expect(files.filter((file) => file.lines > 300).map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
  });

  test('the journey stays a page long', () => {
    expect(files.find((file) => file.path === 'src/journey/make-images.ts')?.lines).toBeLessThanOrEqual(140);
  });

  test('files are named in kebab-case', () => {
    expect(
      files
        .map((file) => file.path)
        .filter((path) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(path)),
    ).toEqual([]);
  });

  test('what is exported is imported by somebody', () => {
    const everywhere = [...files, ...testFiles()];
    const unwanted = files
      .filter((file) => !file.path.startsWith('bench/'))
      .flatMap((file) =>
        [...file.text.matchAll(/^export (?:async )?(?:const|function\*?|class) (\w+)/gm)]
          .map((match) => match[1] ?? '')
          .filter((name) => !everywhere.some(({ path, text }) => path !== file.path && text.includes(name)))
          .map((name) => `${file.path}: ${name}`),
      );
    expect(unwanted).toEqual([]);
  });
});
