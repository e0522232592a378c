import { describe, expect, test } from 'vitest';
import { sourceFiles } from './source-files.ts';

const files = sourceFiles();
const stages = ['access', 'limits', 'routing', 'gemini', 'pixels', 'gallery', 'usage'];

/** Which rooms a room may import from, besides itself. What is not listed here does not exist yet. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  journey: ['kernel'],
  ...Object.fromEntries(stages.map((stage) => [stage, ['kernel', 'journey']])),
  openai: ['kernel', 'journey'],
  observe: ['kernel', 'journey'],
  emulator: ['kernel', 'journey'],
  config: ['kernel', 'journey'],
  // Implements the ports that stages declare.
  store: ['kernel', 'journey', 'access', 'usage', 'gallery', 'limits', 'openai'],
  server: ['kernel', 'journey', 'openai'],
  cli: [
    'kernel',
    'journey',
    'config',
    'access',
    'usage',
    'store',
    'emulator',
    'routing',
    'openai',
    'pixels',
    '',
  ],
};

/** Packages that belong to one room alone. */
const packageRooms: Readonly<Record<string, readonly string[]>> = {
  fastify: ['server', ''],
  undici: ['gemini', 'store', 'cli'],
  kysely: ['store'],
  'node:sqlite': ['store'],
  sharp: ['pixels', 'emulator', 'cli'],
  '@resvg/resvg-js': ['emulator', 'cli'],
  pino: ['observe'],
  commander: ['cli'],
  yaml: ['config'],
};

describe('the house', () => {
  test('every room imports only what it may', () => {
    const trespasses = files.flatMap((file) =>
      file.own
        .map((target) => ({ target, room: target.includes('/') ? (target.split('/')[0] ?? '') : '' }))
        .filter(
          ({ room }) =>
            file.room !== '' && room !== file.room && !(mayImport[file.room] ?? []).includes(room),
        )
        .map(({ target }) => `${file.path} imports ${target}`),
    );
    expect(trespasses).toEqual([]);
  });

  test('only the composition root and the server know the order of the stages', () => {
    const knowers = files
      .filter((file) => file.own.includes('journey/make-images.ts'))
      .map((file) => file.path);
    expect(knowers.toSorted()).toEqual(['app-stages.ts', 'run-local-order.ts', 'server/image-routes.ts']);
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
    const readers = files.filter(
      (file) => /\bprocess\.env\b|\bfrom 'node:process'/.test(file.text) && file.room !== 'config',
    );
    expect(readers.map((file) => file.path)).toEqual([]);
  });

  test('no file passes 300 lines', () => {
    expect(files.filter((file) => file.lines > 300).map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
  });

  test('the journey stays a page long', () => {
    expect(files.find((file) => file.path === 'journey/make-images.ts')?.lines).toBeLessThanOrEqual(140);
  });

  test('files are named in kebab-case', () => {
    expect(
      files
        .map((file) => file.path)
        .filter((path) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(path)),
    ).toEqual([]);
  });
});
