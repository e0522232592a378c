import type { Plugin } from 'rolldown';

interface LateModule {
  /** The package's file that loads it at once. */
  readonly file: string;
  readonly line: string;
  /** What loads it in the moment in which it is used. */
  readonly lateLine: string;
}

const lateBuiltin = (name: string): string =>
  `const ${name} = new Proxy({}, { get: (_, part) => require('node:${name}')[part] })`;

/** A server speaks plain HTTP/1.1, so it never uses what these load: a tenth of its memory at rest, and of its start. */
const lateModules: readonly LateModule[] = ['https', 'http2'].map((name) => ({
  file: '/fastify/lib/server.js',
  line: `const ${name} = require('node:${name}')`,
  lateLine: lateBuiltin(name),
}));

/** Has packages load what a server does not use when it is used. A line that is no longer there fails the build. */
export function lateLoading(): Plugin {
  const files = [...new Set(lateModules.map(({ file }) => file))];
  return {
    name: 'late-modules',
    transform: {
      filter: {
        id: files.map((file) => new RegExp(`/node_modules${file.replaceAll('.', String.raw`\.`)}$`)),
      },
      handler(code, id) {
        const lines = code.split('\n');
        for (const { file, line, lateLine } of lateModules.filter((late) => id.endsWith(late.file))) {
          const place = lines.indexOf(line);
          if (place === -1)
            throw new Error(`${file} no longer has the line "${line}": see build/late-modules.ts`);
          lines[place] = lateLine;
        }
        return { code: lines.join('\n'), map: null };
      },
    },
  };
}
