import type { Plugin } from 'rolldown';

const prefix = '\0required:';

/**
 * Bundles what our sources load by a `require` of their own, in the moment they need it: a bundler follows imports, and
 * takes such a call for one of the program's. Each becomes a file beside the bundle, which the same call loads.
 */
export function ownRequires(): Plugin {
  return {
    name: 'own-requires',
    resolveId: (id) => (id.startsWith(prefix) ? id : undefined),
    load(id) {
      if (!id.startsWith(prefix)) return undefined;
      // By this name `require` finds what a module of the older kind is, whole.
      const name = JSON.stringify(id.slice(prefix.length));
      return `import whole from ${name};\nexport { whole as 'module.exports' };`;
    },
    transform: {
      filter: { code: 'createRequire(import.meta.url)', id: { exclude: /\/node_modules\// } },
      handler(code) {
        const bundled = code.replace(/\brequire\('([^']+)'\)/g, (_call, name: string) => {
          const fileName = `required-${name.replace(/\.js$/, '').replaceAll(/\W+/g, '-')}.js`;
          this.emitFile({ type: 'chunk', id: `${prefix}${name}`, fileName });
          return `require('./${fileName}')`;
        });
        // Every line stays where it is, which is all that a trace tells.
        return { code: bundled, map: null };
      },
    },
  };
}
